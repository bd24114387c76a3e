"""Chapter 16b: its two ways to load a server, and the checkers of its exercises."""

import json
import time
from concurrent.futures import ThreadPoolExecutor
from http.server import ThreadingHTTPServer
from threading import Thread

import numpy as np
import pytest

from exercises import exercise_tests
from story_code import definitions

CHAPTER = "16b_serving"
STORY = definitions(
    CHAPTER, *("ask", "served_by_hand", "ByHand", "closed_loop", "client", "arrive", "lost", "is_up", "median_ms")
)
STORY["weights"] = [np.ones((4, 2)), np.zeros(2), np.ones((2, 3)), np.zeros(3)]
STORY["questions"] = [json.dumps({"pictures": [[number] * 4]}) for number in range(1000)]


@pytest.fixture
def by_hand():
    with STORY["served_by_hand"](STORY["ByHand"]) as server:
        yield server


def test_the_server_by_hand_computes_two_layers(by_hand):
    status, answer = STORY["ask"](by_hand, "POST", "/read", json.dumps({"pictures": [[255] * 4, [0] * 4]}))
    assert status == 200
    np.testing.assert_allclose(json.loads(answer)["logits"], [[8.0] * 3, [0.0] * 3])


def test_a_closed_loop_measures_each_request(by_hand):
    seconds, per_second = STORY["closed_loop"](by_hand, clients=3, requests=30)
    assert len(seconds) == 30
    assert seconds.min() > 0 and per_second > 0
    assert STORY["median_ms"](by_hand, "POST", "/read", STORY["questions"][0], times=3) > 0


def test_each_request_has_its_time_whatever_the_server_does(by_hand):
    record = STORY["client"](by_hand, range(0, 12, 4), time.perf_counter(), again=False)
    assert [row[0] for row in record] == [0, 4, 8]
    for number, due, sent, done, status, answer in record:
        assert due == pytest.approx(number / 200)
        assert due <= sent + 1e-6 and sent < done
        assert status == 200 and json.loads(answer)["logits"]


def test_without_a_server_requests_are_lost_and_patience_waits_for_one():
    with STORY["served_by_hand"](STORY["ByHand"]) as server:
        assert STORY["client"](server, [0], time.perf_counter(), again=False)[0][4] == 200
    assert not STORY["is_up"](server)
    assert STORY["lost"](STORY["client"](server, range(3), time.perf_counter(), again=False)) == 3
    with ThreadPoolExecutor(1) as background:
        waiting = background.submit(STORY["client"], server, range(3), time.perf_counter(), again=True)
        time.sleep(0.3)
        with ThreadingHTTPServer(("127.0.0.1", server.port), STORY["ByHand"]) as successor:
            Thread(target=successor.serve_forever, daemon=True).start()
            assert STORY["lost"](waiting.result(timeout=20)) == 0
            successor.shutdown()


WRONG_ANSWERS = {
    "percentile": [
        (lambda seconds, share: np.mean(seconds), "the second smallest"),
        (lambda seconds, share: float(np.quantile(seconds, share)), "the second smallest"),
        (lambda seconds, share: max(seconds), "the second smallest"),
        (lambda seconds, share: sorted(seconds)[int(share * len(seconds)) - 1], "round up"),
        (lambda seconds, share: sorted(seconds)[int(np.ceil(share * len(seconds)))], "the second smallest"),
    ],
    "inside": [
        (lambda per_second, milliseconds: per_second * milliseconds, "that came in the last second"),
        (lambda per_second, milliseconds: per_second / milliseconds, "that came in the last second"),
        (lambda per_second, milliseconds: round(per_second * milliseconds / 1000), "do not round"),
    ],
    "chunks_read": [
        (lambda sizes, limit: len(sizes), "never read"),
        (lambda sizes, limit: int(np.searchsorted(np.cumsum(sizes), limit)) + 1, "One byte more"),
        (lambda sizes, limit: int((np.cumsum(sizes) <= limit).sum()), "too much"),
        (lambda sizes, limit: min(len(sizes), int((np.cumsum(sizes) < limit).sum()) + 1), "One byte more"),
    ],
    "waits": [
        (lambda due, service: np.array(service), "Behind a slow one"),
        (lambda due, service: np.cumsum(service) - np.array(due), "the work alone"),
        (lambda due, service: np.cumsum(service), "the work alone"),
    ],
}
test_stub_and_solution, test_wrong_answer, test_three_answers = exercise_tests(CHAPTER, WRONG_ANSWERS)
