"""What the audit `seeds` does to a chapter: every seed is shifted once, and nothing else changes."""

import pytest
from nbformat import v4

import seeds


@pytest.mark.parametrize(
    ("source", "shifted"),
    [
        ("keras.utils.set_random_seed(0)", "keras.utils.set_random_seed((0) + 7)"),
        ("x = np.random.default_rng(len(y)).normal()", "x = np.random.default_rng((len(y)) + 7).normal()"),
        ("splits = load('mnist', seed=seed)", "splits = load('mnist', seed=(seed) + 7)"),
        ("LogisticRegression(random_state=0)", "LogisticRegression(random_state=(0) + 7)"),
        ("f(seed=1 if x else 2)", "f(seed=(1 if x else 2) + 7)"),
        ("runtime.start(seed=0, needs_gb=1)", "runtime.start(seed=0, needs_gb=1)"),
        ("train(model, seed=3)", "train(model, seed=3)"),
        ("shuffle(10)", "shuffle(10)"),
        ("y = (a @ b) * 2  # 乘\nz = f('é', seed=1)", "y = (a @ b) * 2  # 乘\nz = f('é', seed=(1) + 7)"),
    ],
)
def test_a_seed_is_shifted_where_it_is_handed_to_a_library(source, shifted):
    assert seeds.shifted(source, 7, own={"train"}) == shifted


def test_a_claim_that_holds_with_one_seed_alone_is_found(tmp_path):
    lucky = "import numpy as np\nassert np.random.default_rng(0).integers(1000) == 850"
    path = tmp_path / "planted.ipynb"
    seeds.chapters.write(v4.new_notebook(cells=[v4.new_code_cell(lucky), v4.new_code_cell("1")]), path)
    assert seeds.outcome_of(path, 0)[0] == []
    assert seeds.outcome_of(path, 1)[0] == ["cell 0: AssertionError: "]


def test_the_shift_reaches_runtime_start(tmp_path):
    path = tmp_path / "planted.ipynb"
    shift = "import os\nassert os.environ['COURSE_SEED_SHIFT'] == '3'"
    seeds.chapters.write(v4.new_notebook(cells=[v4.new_code_cell(shift)]), path)
    assert seeds.outcome_of(path, 3)[0] == []


def test_what_a_run_claims_is_read_from_the_printed_lines(tmp_path):
    lines = "print('✓ it holds')\nprint('✓ error: 0.25 (at most 0.5)')\nprint('✓ a: 1.5 (at least 1)')"
    path = tmp_path / "planted.ipynb"
    seeds.chapters.write(v4.new_notebook(cells=[v4.new_code_cell("1"), v4.new_code_cell(lines)]), path)
    claim = seeds.claims.Claim
    assert seeds.outcome_of(path, 1)[1] == {
        (1, 0): claim("error", "0.25", None, 0.5),
        (1, 1): claim("a", "1.5", 1, None),
    }


@pytest.mark.parametrize(
    ("numbers", "bound", "sign", "better"),
    [
        ([0.09, 0.08, 0.085], 0.3, "at most", 0.1),
        ([0.09, 0.08, 0.085], 0.109, "at most", None),
        ([0.9931, 0.9925, 0.9938], 0.98, "at least", 0.9912),
        ([0.9931, 0.9925, 0.9938], 0.9905, "at least", None),
        ([0.3, 0.5], 0.05, "at least", None),
        ([33.1, 35.0, 30.9], 100, "at most", 40),
        ([12.0, 13.0], 1, "at least", 10),
        ([3.0, 3.0, 3.0], 1, "at least", 2),
        ([3.0, 3.0, 3.0], 2, "at least", None),
        ([3.1e-7, 2.0e-7], 0.01, "at most", 3.1e-6),
        ([-0.05, -0.04], 0.5, "at most", -0.03),
        ([-0.05, -0.04], -0.9, "at least", -0.06),
        ([2e-8, 3e-8], 1e-4, "at most", 3e-7),
        ([2e-8, 3e-8], 1e-6, "at most", None),
        ([0.0, 0.0], 1e-6, "at most", None),
        ([1.0, 1.0], 0.9, "at least", None),
    ],
)
def test_a_bound_looser_than_twice_the_margin_gets_a_better_one(numbers, bound, sign, better):
    assert seeds.tighter(numbers, bound, sign) == (better if better is None else pytest.approx(better))


def test_each_claim_stands_with_its_worst_number_and_its_bound():
    def run(error, share):
        claim = seeds.claims.Claim
        return {(3, 0): claim("error", error, None, 0.3), (5, 0): claim("share", share, 0.4, 0.6)}

    lines = seeds.table([run("0.08", "0.5"), run("0.09", "0.55"), {}]).splitlines()
    assert [line.split() for line in lines[1:]] == [
        ["error", "0.09", "at", "most", "0.3", "*", "looser", "than", "the", "margin:", "at", "most", "0.1"],
        ["share", "0.5", "at", "least", "0.4"],
        ["share", "0.55", "at", "most", "0.6"],
    ]
