"""The benchmarks: their order, what the table says, and that each network recipe runs and keeps to its size."""

import dataclasses
import importlib
from collections import Counter

import numpy as np
import pytest

from benchmarks import novels, results, table
from benchmarks.jobs import JOBS
from benchmarks.recipe import SIDES
from course_lib import datasets

RUN = {"seconds": 4.0, "accuracy": 0.99, "parameters": 31_098, "memory_gb": None}
SLOW = {"seconds": 100.0, "accuracy": 0.98, "parameters": 34_826, "memory_gb": None}


def small(name):
    """Return a data set's stand-in of 300 random examples, so that a schedule counted in epochs is short."""
    random = np.random.default_rng(0)
    if name == "movie_snippets":
        inputs = np.array(["a fine film", "a dull film", "not bad"] * 100)
        labels = np.arange(300) % 2
    else:
        side = {"mnist": (28, 28, 1), "cifar10_subset": (32, 32, 3)}[name]
        inputs, labels = random.integers(0, 256, (300, *side), dtype=np.uint8), np.arange(300) % 10
    return {split: datasets.Examples(inputs, labels) for split in ("train", "validation", "test")}


def test_runs_of_both_sides_alternate():
    job = dataclasses.replace(JOBS["mnist"], seeds=2)
    assert job.order() == [("ours", 0), ("theirs", 0), ("ours", 1), ("theirs", 1)]
    assert dataclasses.replace(job, theirs=None).order() == [("ours", 0), ("ours", 1)]


def test_both_sides_have_five_seeds_and_say_how_they_differ():
    compared = [job for job in JOBS.values() if job.theirs and job is not JOBS["opening"]]
    assert len(compared) == 11
    assert all(job.seeds >= 5 and job.differs for job in compared)


@pytest.mark.parametrize("device", results.stored())
def test_stored_results_hold_every_run(device):
    for name, measured in results.stored()[device].items():
        expected = Counter(side for side, _ in JOBS[name].order())
        assert {side: len(measured[side]) for side in SIDES} == {side: expected[side] for side in SIDES}


def test_row_gives_mean_accuracy_median_time_and_share():
    runs = [RUN, {**RUN, "seconds": 5.0, "accuracy": 0.991}, {**RUN, "seconds": 9.0, "accuracy": 0.992}]
    row = table.row({"title": "MNIST", "target": "fast", "ours": runs, "theirs": [SLOW] * 3})
    assert "99.10 % ± 0.10, 5 s (4 to 9), 31,098 parameters" in row
    assert "| 1/20.0 |" in row
    assert "| +1.10 ± 0.06 |" in row
    assert table.difference({"title": "MNIST", "differs": "ours is shorter."}) == "- *MNIST*: ours is shorter.\n"
    assert table.difference({"title": "MNIST", "differs": ""}) == ""


def test_fewer_bits_are_a_lead():
    ours = [{**RUN, "accuracy": None, "bits": value} for value in (2.2, 2.3)]
    theirs = [{**SLOW, "accuracy": None, "bits": value} for value in (2.4, 2.6)]
    row = table.row({"title": "novels", "target": "fewer bits", "ours": ours, "theirs": theirs})
    assert "2.250 bits a character ± 0.071, 4 s (4 to 4), 31,098 parameters" in row
    assert "| +0.250 bits ± 0.050 |" in row


def test_readme_shows_the_stored_results():
    text = table.README.read_text(encoding="utf-8")
    assert table.with_table(text) == text, "run: .venv/bin/python -m benchmarks.table"


def test_lead_is_paired_by_seed():
    ours = [{**RUN, "accuracy": value} for value in (0.80, 0.78)]
    theirs = [{**RUN, "accuracy": value} for value in (0.79, 0.76)]
    assert table.lead(ours, theirs) == pytest.approx((1.5, 0.5))


@pytest.mark.parametrize(
    "recipe",
    [
        "mnist.fast",
        "mnist.accurate",
        "reviews.masked_lstm",
        "reviews.frozen_minilm",
        "poles.reinforce",
        "poles.ppo",
    ],
)
def test_recipe_runs_and_reports_what_it_trained(recipe, monkeypatch):
    monkeypatch.setattr(datasets, "load_arrays", small)
    module, function = recipe.split(".")
    outcome = getattr(importlib.import_module(f"benchmarks.{module}"), function)(seed=0)
    assert outcome.seconds > 0 and 0 <= outcome.accuracy <= 1
    assert outcome.parameters <= 35_000 or module == "reviews"


@pytest.mark.parametrize(("recipe", "parameters"), [(novels.on_pieces, 169_728), (novels.nano_gpt, 795_776)])
def test_recipe_foretells_a_text_and_counts_bits_a_character(recipe, parameters, monkeypatch):
    text = "It is a truth universally acknowledged, that a single man must be in want of a wife. " * 30
    monkeypatch.setattr(datasets, "load_texts", lambda name: dict.fromkeys(("train", "test"), text))
    for name in ("OUR_STEPS", "THEIR_STEPS"):
        monkeypatch.setattr(novels, name, 20)
    monkeypatch.setattr(novels, "THEIR_WARM_UP", 10)
    outcome = recipe(seed=0)
    kinds = len(set(text)) if recipe is novels.nano_gpt else 0
    assert outcome.seconds > 0 and outcome.accuracy is None and 0 < outcome.bits < 10
    assert outcome.parameters == parameters + 128 * kinds
