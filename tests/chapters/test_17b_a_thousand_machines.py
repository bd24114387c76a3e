"""Chapter 17b: its worker's gradient, its ring of two, its laws of time, its count of steps, and its exercises."""

import json

import numpy as np
import pytest

from course_lib.datasets import Examples
from course_lib.distributed import launch
from course_lib.stacked import StackedNetworks
from exercises import exercise_tests
from story_code import definitions

CHAPTER = "17b_a_thousand_machines"


def test_two_workers_add_up_the_gradient_of_one(tmp_path):
    rng = np.random.default_rng(0)
    inputs, labels = rng.uniform(size=(4096, 196)).astype("float32"), np.arange(4096) % 10
    network = StackedNetworks(1, inputs=196, hidden=32, classes=10, seed=0)
    np.savez(tmp_path / "start.npz", inputs, labels, *(part[0] for part in network.parts(network.weights)))
    scripts = definitions(CHAPTER, "worker", "linked", "step")
    for name in ("worker", "linked", "step"):
        (tmp_path / f"{name}.py").write_text(scripts[name])
    printed = launch(tmp_path / "step.py", 2, 60)
    assert all(len(json.loads(text)) == 3 for text in printed)
    np.testing.assert_allclose(np.load(tmp_path / "total.npy") / 4096, network.gradient(inputs, labels)[0], atol=1e-6)


def test_a_step_costs_what_its_parts_cost():
    story = definitions(CHAPTER, "ring", "tree", "step_time")
    story |= {"latency": 2.0, "per_byte": 0.5, "SIZE": 100, "fixed": 10.0, "per_example": 3.0}
    assert story["ring"](1) == story["tree"](1) == 0
    assert story["ring"](4) == 6 * (2 + 12.5)
    assert story["tree"](8) == 6 * (2 + 50)
    assert story["step_time"](4, 8) == 10 + 6 + 87
    assert story["step_time"](4, 8, lambda workers: 0, 100) == 10 + 600


def test_the_tree_adds():
    played = definitions(CHAPTER, "played")["played"]
    totals, rounds = played(np.array([1, 2, 4, 8, 16, 32, 64, 128]))
    assert totals.tolist() == [255] * 8
    assert rounds == 6


def test_the_knee_is_that_of_the_formula():
    story = definitions(CHAPTER, "knee")
    story["BATCHES"] = 2 ** np.arange(2, 13)
    for bend, floor in ((100, 130), (30, 31)):
        assert story["knee"](floor * (1 + bend / story["BATCHES"])) == pytest.approx((bend, floor), rel=0.01)


def test_steps_are_counted_until_the_loss_is_reached():
    story = definitions(CHAPTER, "steps_to", "losses", "descend", "RATES", "MARKS", "TARGETS")
    labels = np.arange(60) % 10
    inputs = np.tile(np.eye(10, dtype="float32")[labels], (1, 20))[:, :196]
    story["train"] = story["held_out"] = Examples(inputs, labels)
    reached = story["steps_to"](30, 0)
    assert reached.shape == (3, 7)
    first = reached.min(axis=1)
    assert np.isfinite(first).all()
    assert (np.diff(first) >= 0).all()
    assert story["steps_to"](30, 0, np.array([0.1])).min() > first.min()
    start = StackedNetworks(2, inputs=196, hidden=4, classes=10, seed=0)
    start.weights[:] = 0
    np.testing.assert_allclose(story["losses"](start), np.log(10), rtol=1e-5)


def test_the_slowest_of_few_is_counted_by_hand():
    slowest = definitions(CHAPTER, "slowest")["slowest"]
    assert slowest(1) == pytest.approx(1.1)
    assert slowest(2) == pytest.approx(1.15)
    assert slowest(1, 1) == pytest.approx(1.05)


WRONG_ANSWERS = {
    "ring_seconds": [
        (lambda workers, size, latency, bandwidth: (workers - 1) * (latency + size / workers / bandwidth), "Free"),
        (lambda workers, size, latency, bandwidth: 2 * (workers - 1) * (latency + size / bandwidth), "two turns"),
        (lambda workers, size, latency, bandwidth: latency + 2 * (workers - 1) * size / workers / bandwidth, "eight"),
    ],
    "two_laws": [
        (lambda share, workers: (workers, workers), "both say 1"),
        (lambda share, workers: (share + (1 - share) * workers, 1 / (share + (1 - share) / workers)), "Half of it"),
        (lambda share, workers: (1 / (share + (1 - share) / workers),) * 2, "Half of it"),
        (lambda share, workers: (1 / (1 - share + share / workers), 1 - share + share * workers), "both say 8"),
    ],
    "knee_of_two": [
        (lambda small, first, large, second: first / second, "S_min is 100"),
        (lambda small, first, large, second: (first - second) / (1 / small - 1 / large), "S_min is 100"),
        (lambda small, first, large, second: (small * large) ** 0.5, "S_min is 100"),
        (lambda small, first, large, second: (first - second) / (1 / small - 1 / large) / second, "S_min is 100"),
    ],
    "best_workers": [
        (lambda knee, message: 1024, "stay alone"),
        (lambda knee, message: min(1024, 2 ** round(np.log2(knee))), "never slower"),
        (lambda knee, message: 1024 if message < 1 else 1, "In between"),
    ],
}
test_stub_and_solution, test_wrong_answer, test_three_answers = exercise_tests(CHAPTER, WRONG_ANSWERS)
