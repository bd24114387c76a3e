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
    assert seeds.failures_of(path, 0) == []
    assert seeds.failures_of(path, 1) == ["cell 0: AssertionError: "]


def test_the_shift_reaches_runtime_start(tmp_path):
    path = tmp_path / "planted.ipynb"
    shift = "import os\nassert os.environ['COURSE_SEED_SHIFT'] == '3'"
    seeds.chapters.write(v4.new_notebook(cells=[v4.new_code_cell(shift)]), path)
    assert seeds.failures_of(path, 3) == []
