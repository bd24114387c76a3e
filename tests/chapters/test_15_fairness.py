"""Chapter 15: its measures, its thresholds and weights, the table of COMPAS, and the checkers of its exercises."""

import numpy as np
import pytest

from course_lib.data_files import DATA_DIR
from exercises import exercise_tests
from story_code import definitions

CHAPTER = "15_fairness"


def test_rates_and_gaps_are_counted_right():
    names = definitions(CHAPTER, "rates", "gaps")
    selected, outcome = np.array([1, 1, 0, 0, 1, 0, 0, 1]), np.array([1, 0, 0, 1, 1, 1, 0, 1])
    group = np.array([1, 1, 1, 1, 0, 0, 0, 0])
    first = {
        "base rate": 1 / 2,
        "selected": 1 / 2,
        "false positives": 1 / 2,
        "false negatives": 1 / 2,
        "precision": 1 / 2,
    }
    other = {"base rate": 3 / 4, "selected": 1 / 2, "false positives": 0, "false negatives": 1 / 3, "precision": 1}
    assert names["rates"](selected[:4], outcome[:4]) == pytest.approx(first)
    assert names["rates"](selected[4:], outcome[4:]) == pytest.approx(other)
    gaps = {name: 100 * (first[name] - other[name]) for name in first}
    assert names["gaps"](selected, outcome, group) == pytest.approx(gaps)


def adult_with(count=4000):
    """Return names of the chapter with a small table in place of Adult: men have higher scores and incomes."""
    names = definitions(CHAPTER, "two_thresholds", "independence_weights")
    random = np.random.default_rng(0)
    men = (random.random(count) < 0.6).astype(int)
    logits = random.normal(men - 1.0, 1.5)
    names |= {"men": men, "income": (random.random(count) < 1 / (1 + np.exp(-logits))).astype(int)}
    return names, logits, np.arange(count)


@pytest.mark.parametrize("lead", [0.0, 0.1])
def test_two_thresholds_leave_the_lead_that_was_asked_for(lead):
    names, logits, rows = adult_with()
    pair = names["two_thresholds"](logits, rows, np.full(len(rows), True), lead)
    selected = logits > np.take(pair, names["men"])
    shares = [selected[names["men"] == sex].mean() for sex in (0, 1)]
    assert shares[1] - shares[0] == pytest.approx(lead, abs=0.002)


def test_two_thresholds_are_the_most_accurate_of_all_that_find_equal_shares():
    names, logits, rows = adult_with()
    income, men = names["income"], names["men"]
    pair = names["two_thresholds"](logits, rows, income == 1, 0.0)
    reached = np.mean((logits > np.take(pair, men)) == income)
    for share in np.linspace(0.05, 0.95, 19):
        others = [np.quantile(logits[(men == sex) & (income == 1)], 1 - share) for sex in (0, 1)]
        assert np.mean((logits > np.take(others, men)) == income) <= reached + 1e-12


def test_weights_make_sex_and_income_independent():
    names, _, rows = adult_with()
    weights, men, income = names["independence_weights"](rows), names["men"], names["income"]
    assert weights.sum() == pytest.approx(len(rows))
    shares = [np.average(income[men == sex], weights=weights[men == sex]) for sex in (0, 1)]
    assert shares == pytest.approx([income.mean()] * 2)


def test_the_table_of_compas_holds_small_numbers_of_few_columns_in_no_order_of_the_source():
    with np.load(DATA_DIR / "compas" / "compas.npz") as columns:
        table = {name: columns[name] for name in columns}
    assert set(table) == {"race", "age", "priors", "score", "rearrested", "screened_late"}
    assert all(values.dtype == np.uint8 for values in table.values())
    rows = np.stack(list(table.values()), axis=1).astype(int)
    assert (rows[np.lexsort(rows.T[::-1])] == rows).all()


def quantiles(gaps):
    return np.quantile(gaps, [0.025, 0.975])


def cell_shares(group, outcome):
    cells = np.array([[np.mean((group == one) & (outcome == other)) for other in (0, 1)] for one in (0, 1)])
    return cells[group, outcome], (cells.sum(axis=1)[group] * cells.sum(axis=0)[outcome])


def one_for_all(ranks, outcome, found):
    from_the_top = np.sort(ranks[outcome == 1])[::-1]
    return from_the_top[int(np.ceil(found * len(from_the_top))) - 1]


def of_everybody(ranks, group, found):
    return [one_for_all(ranks[group == one], np.ones(sum(group == one)), found) for one in (0, 1)]


WRONG_ANSWERS = {
    "false_positive_rate": [
        (lambda base, precision, found: base * found * (1 - precision) / precision, "even odds"),
        (lambda base, precision, found: (1 - precision) / precision * found, "160 rightly"),
        (
            lambda base, precision, found: base / (1 - base) * precision / (1 - precision + 1e-9) * found,
            "selects nobody",
        ),
        (lambda base, precision, found: base / (1 - base) * (1 - precision) * found * 2, "Precision 3/4"),
    ],
    "gap_interval": [
        (lambda first, second, a, b: quantiles(first.mean() - second.mean() + 0 * a.mean(axis=1)), "places drawn"),
        (lambda first, second, a, b: quantiles(second[b].mean(axis=1) - first[a].mean(axis=1)), "places drawn"),
        (
            lambda first, second, a, b: quantiles(first[a].mean(axis=1)) - quantiles(second[b].mean(axis=1))[::-1],
            "draw by draw",
        ),
        (
            lambda first, second, a, b: np.quantile(first[a].mean(axis=1) - second[b].mean(axis=1), [0.05, 0.95]),
            "and 95%",
        ),
    ],
    "fair_weights": [
        (lambda group, outcome: 1 / cell_shares(group, outcome)[0], "all weigh 1"),
        (lambda group, outcome: np.divide(*cell_shares(group, outcome)), "sum to|Rare cells"),
        (lambda group, outcome: np.ones(len(group)), "Rare cells"),
        (
            lambda group, outcome: np.divide(*cell_shares(group, outcome)[::-1]) / len(group),
            "all weigh 1",
        ),
    ],
    "equal_chances": [
        (lambda ranks, outcome, group, found: [one_for_all(ranks, outcome, found)] * 2, "upper half of each"),
        (lambda ranks, outcome, group, found: of_everybody(ranks, group, found), "lowest score with the outcome"),
        (
            lambda ranks, outcome, group, found: [
                np.sort(ranks[(group == one) & (outcome == 1)])[::-1][
                    max(int(found * sum((group == one) & (outcome == 1))), 1) - 1
                ]
                for one in (0, 1)
            ],
            "at least half",
        ),
        (
            lambda ranks, outcome, group, found: [
                min(ranks[(group == one) & (outcome == 1)]) if found == 1 else 5 + one for one in (0, 1)
            ],
            "at least half",
        ),
    ],
}
test_stub_and_solution, test_wrong_answer, test_three_answers = exercise_tests(CHAPTER, WRONG_ANSWERS)
