"""The server of chapter 16b: it starts, answers, refuses, and is stopped however the block or the process ends."""

import http.client
import json
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import psutil
import pytest
import tensorflow as tf

from course_lib import processes, serving
from course_lib.models.dense import dense_network
from course_lib.serving import serve

# What a notebook does: it obeys Ctrl-C (what a shell starts in the background would not), starts a server, says which,
# and waits.
STARTER = """
import signal
import time
from course_lib.serving import serve
signal.signal(signal.SIGINT, signal.default_int_handler)
with serve() as server:
    print(server.port, flush=True)
    time.sleep(60)
"""


def litert(network):
    with tempfile.TemporaryDirectory() as folder:
        network.export(f"{folder}/digits.tflite", format="litert", verbose=False)
        return Path(folder, "digits.tflite").read_bytes()


def ask(server, method, path, body=None, **headers):
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)
    headers = {"Authorization": f"Bearer {server.token}", "Content-Type": "application/json", **headers}
    connection.request(method, path, body, headers)
    answer = connection.getresponse()
    return answer.status, answer.read()


def listens(port):
    try:
        http.client.HTTPConnection("127.0.0.1", port, timeout=30).connect()
    except OSError:
        return False
    return True


def servers():
    """Return the processes that this one has started and not yet ended."""
    return [each for each in psutil.Process().children() if each.status() != psutil.STATUS_ZOMBIE]


@pytest.fixture
def nothing_left():
    before = servers()
    yield
    assert servers() == before


@pytest.fixture(scope="module")
def network():
    return dense_network(hidden_units=(4,))


@pytest.fixture(scope="module")
def server(network):
    with serve() as server:
        assert ask(server, "GET", "/ready")[0] == ask(server, "POST", "/read", question())[0] == 503
        assert ask(server, "PUT", "/model", litert(network))[0] == 200
        yield server


def question(value=7, count=1):
    return json.dumps({"pictures": [[value] * 784] * count})


def test_it_is_stopped_when_the_block_ends_and_when_it_fails(nothing_left):
    with serve() as server:
        assert ask(server, "GET", "/health") == (200, b'{"alive":true}')
    assert not listens(server.port)
    with pytest.raises(ZeroDivisionError), serve() as server:
        assert 1 / 0
    assert not listens(server.port)


def test_a_port_that_is_taken_is_an_error_within_seconds_and_a_free_one_is_used(nothing_left):
    with serve() as server:
        began = time.monotonic()
        with pytest.raises(RuntimeError, match=r"^the server did not start. It said:\n.*ddress"), serve(server.port):
            pass
        assert time.monotonic() - began < 20
    with serve(server.port) as successor:
        assert successor == server  # the same token, too: clients outlive a restart


def test_a_port_that_there_is_not_is_named(nothing_left):
    with pytest.raises(RuntimeError, match=r"(?s)did not start.*port must be 0-65535"), serve(70_000):
        pass


@pytest.mark.parametrize(
    ("program", "says"),
    [
        ("raise SystemExit('no model today')", "no model today"),
        ("raise SystemExit(0)", "nothing"),
        ("import time; time.sleep(60)", "nothing"),
    ],
    ids=["dies", "dies in silence", "never answers"],
)
def test_a_server_that_does_not_start_is_an_error_and_leaves_nothing(program, says, monkeypatch, nothing_left):
    monkeypatch.setattr(serving, "PROGRAM", (sys.executable, "-c", program))
    monkeypatch.setattr(serving, "START_S", 2)
    began = time.monotonic()
    with pytest.raises(RuntimeError, match=rf"^the server did not start. It said:\n{says}$"), serve():
        pass
    assert time.monotonic() - began < 20


def test_a_server_that_does_not_listen_is_killed(monkeypatch, nothing_left):
    program = "import time; print(1, flush=True); time.sleep(60)"
    monkeypatch.setattr(serving, "PROGRAM", (sys.executable, "-c", program))
    monkeypatch.setattr(processes, "STOP_S", 0.2)
    with serve():
        pass


def test_a_server_that_was_killed_meanwhile_is_no_error(nothing_left):
    with serve():
        psutil.Process().children()[-1].kill()


@pytest.mark.parametrize("ending", ["SIGKILL", "SIGINT"])
@pytest.mark.skipif(sys.platform == "win32", reason="Windows has other ways to end a process")
def test_it_ends_with_whoever_started_it(ending, nothing_left):
    starter = subprocess.Popen([sys.executable, "-c", STARTER], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    port = int(starter.stdout.readline())
    (process,) = psutil.Process(starter.pid).children()
    starter.send_signal(getattr(signal, ending))
    starter.communicate(timeout=30)
    process.wait(timeout=10)
    assert not listens(port)


def test_no_tensorflow_is_inside():
    program = "import sys, course_lib.digit_server; sys.exit('tensorflow' in sys.modules or 'keras' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program]).returncode == 0


def test_it_answers_as_the_network_does(server, network):
    pictures = np.random.default_rng(0).integers(0, 256, (3, 28, 28, 1))
    asked = json.dumps({"pictures": pictures.reshape(3, 784).tolist()})
    status, answer = ask(server, "POST", "/read", asked)
    expected = tf.nn.softmax(network(pictures.astype("float32"))).numpy()
    assert status == 200
    np.testing.assert_allclose(json.loads(answer)["probabilities"], expected, rtol=1e-4)
    assert json.loads(answer)["model"] == json.loads(ask(server, "GET", "/ready")[1])["model"]


@pytest.mark.parametrize(
    "body",
    [
        *("", "no JSON", "[]", "{}", question(256), question(-1), question(0.5), question("7"), question(True)),
        *(question(count=0), question(count=101), json.dumps({"pictures": [[0] * 783]})),
        json.dumps({"pictures": [[0] * 784, [0] * 785]}),
    ],
)
def test_what_is_no_picture_is_refused(server, body):
    assert ask(server, "POST", "/read", body)[0] == 422


@pytest.mark.parametrize("megabytes", [2, 20])
def test_what_is_too_large_is_refused_whether_it_says_so_or_not(server, megabytes):
    assert ask(server, "POST", "/read", b" " * 10**6 * megabytes)[0] == 413
    assert ask(server, "PUT", "/model", (b" " * 10**5 for _ in range(10 * megabytes)))[0] == 413
    assert ask(server, "GET", "/health")[0] == 200


@pytest.mark.parametrize("authorization", ["", "Bearer", "Bearer guess", "Basic guess"])
def test_without_the_token_nothing_is_read_or_changed(server, authorization):
    for method, path in (("POST", "/read"), ("PUT", "/model"), ("GET", "/metrics"), ("GET", "/openapi.json")):
        assert ask(server, method, path, Authorization=authorization)[0] == 401
    for path in ("/health", "/ready"):
        assert ask(server, "GET", path, Authorization=authorization)[0] == 200


def test_what_is_no_model_or_a_useless_one_changes_nothing(server, network):
    before = ask(server, "GET", "/ready")
    right = litert(network)
    other, endless = dense_network((8, 8, 1), hidden_units=(4,)), dense_network(hidden_units=(4,))
    endless.set_weights([np.full_like(values, np.nan) for values in endless.get_weights()])
    for wrong in (b"", b"no model", right[: len(right) // 2], litert(other), litert(endless)):
        assert ask(server, "PUT", "/model", wrong)[0] == 422
    assert ask(server, "GET", "/ready") == before


def test_one_model_comes_in_at_a_time(server, network):
    model, known = litert(network), f"Bearer {server.token}"
    upload = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)
    upload.putrequest("PUT", "/model")
    upload.putheader("Authorization", known)
    upload.putheader("Content-Length", str(len(model)))
    upload.endheaders(model[:100])
    assert ask(server, "PUT", "/model", model)[0] == 409
    assert ask(server, "POST", "/read", question())[0] == 200  # it goes on answering
    upload.send(model[100:])
    assert upload.getresponse().status == 200
    assert ask(server, "PUT", "/model", model)[0] == 200


def test_it_counts_its_answers(server):
    def count():
        lines = ask(server, "GET", "/metrics")[1].decode().splitlines()
        return {name: float(value) for name, value in (line.rsplit(" ", 1) for line in lines if line[0] != "#")}

    before = count()
    for value in (7, 7, 256):
        ask(server, "POST", "/read", question(value))
    after = count()
    assert after['answers_total{status="200"}'] - before['answers_total{status="200"}'] == 3  # itself is the third
    assert after['answers_total{status="422"}'] - before.get('answers_total{status="422"}', 0) == 1
    assert after["model_seconds_count"] - before["model_seconds_count"] == 2
    assert 0 < after["model_seconds_sum"] < after["request_seconds_sum"]
    assert 10**7 < after["memory_bytes"] < 3 * 10**8
    assert 0 < before["processor_seconds"] < after["processor_seconds"] < before["processor_seconds"] + 5
