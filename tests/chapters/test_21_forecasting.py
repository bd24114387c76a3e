"""Chapter 21: what its forecasts may know, its pinball loss, and the checkers of its exercises."""

import numpy as np

from exercises import exercise_tests
from story_code import definitions

CHAPTER = "21_forecasting"


def test_the_last_day_of_the_same_kind_lies_before_the_day_and_is_of_its_kind():
    names = definitions(CHAPTER, "last_of_same_kind")
    names["works"] = works = np.array([1, 1, 0, 0, 1, 1, 0, 1], bool)
    assert [names["last_of_same_kind"](day) for day in range(3, 8)] == [2, 1, 4, 3, 5]
    assert all(works[names["last_of_same_kind"](day)] == works[day] for day in range(3, 8))


def test_weekly_fits_see_no_day_that_they_forecast():
    each_week = definitions(CHAPTER, "each_week")["each_week"]
    numbers = np.arange(100.0)[:, None]
    seen = []

    def fit(inputs, outputs):
        seen.append((inputs.min(), inputs.max(), len(inputs)))
        return lambda new: new

    days = np.arange(50, 68)
    np.testing.assert_array_equal(each_week(fit, numbers, numbers, days, longest=20), numbers[days])
    assert seen == [(30, 49, 20), (37, 56, 20), (44, 63, 20)]


def test_within_reach_an_input_far_outside_counts_as_the_farthest_that_the_fit_has_seen():
    names = definitions(CHAPTER, "ridge", "within_reach")
    inputs = np.linspace(0, 1, 50)[:, None]
    fitted = names["within_reach"](1e-6)(inputs, 3 * inputs)
    forecast = fitted(np.array([[0.5], [1.0], [900.0], [-7.0]]))
    np.testing.assert_allclose(forecast[:, 0], [1.5, 3.0, 3.0, 0.0], atol=1e-5)


def test_the_nearest_window_begins_as_far_away_as_was_asked_for():
    names = definitions(CHAPTER, "nearest")
    names["windows"] = np.arange(60.0)[:, None] + np.zeros(96)
    names["asked"] = asked = np.array([20, 40])
    known = np.delete(np.arange(60), asked)
    assert np.abs(names["nearest"](known) - asked).tolist() == [1, 1]
    assert np.abs(names["nearest"](known, gap=7) - asked).tolist() == [7, 7]


def test_the_pinball_loss_is_smallest_at_the_quantile():
    pinball = definitions(CHAPTER, "pinball")["pinball"]
    values = np.random.default_rng(0).normal(size=999)
    places = np.linspace(-2, 2, 401)
    for q in (0.1, 0.5, 0.9):
        assert abs(min(places, key=lambda place: pinball(values, place, q)) - np.quantile(values, q)) < 0.02


def test_adaptive_intervals_catch_up_with_errors_that_double():
    adaptive = definitions(CHAPTER, "adaptive")["adaptive"]
    errors = np.abs(np.random.default_rng(0).normal(size=(300, 48)))
    errors[60:] *= 2
    held = errors[60:] <= adaptive(errors, start=60)
    assert held[:10].mean() < 0.8 and abs(held[100:].mean() - 0.9) < 0.02


def naive_of_the_whole(actual, forecast, history, period):
    return np.abs(np.subtract(actual, forecast)).mean() / np.abs(np.diff(history)).mean()


def signed(actual, forecast, history, period):
    history = np.asarray(history)
    return np.abs(np.subtract(actual, forecast)).mean() / (history[period:] - history[:-period]).mean()


def unscaled(actual, forecast, history, period):
    return np.abs(np.subtract(actual, forecast)).mean()


def prices_swapped(actual, forecast, q):
    above = np.subtract(actual, forecast)
    return np.maximum((1 - q) * above, -q * above).mean()


def one_price(actual, forecast, q):
    return (q * np.abs(np.subtract(actual, forecast))).mean()


def negative_cost(actual, forecast, q):
    above = np.subtract(actual, forecast)
    return np.where(above > 0, q * above, (1 - q) * above).mean()


def full_tests_only(days, first, length):
    return [(start, length) for start in range(first, days - length + 1, length)]


def always_full(days, first, length):
    return [(start, length) for start in range(first, days, length)]


def one_day_late(days, first, length):
    return [(start + 1, min(length, days - start)) for start in range(first, days, length)]


def largest_left(temperatures, demands, candidates):
    return candidates[-1]


def first_candidate(temperatures, demands, candidates):
    return candidates[0]


def place_in_the_list(temperatures, demands, candidates):
    return 2


WRONG_ANSWERS = {
    "scaled_error": [
        (unscaled, "`period` before"),
        (naive_of_the_whole, "`period` before"),
        (signed, "signs must not cancel"),
    ],
    "quantile_loss": [
        (prices_swapped, "costs q"),
        (one_price, "costs 1 - q"),
        (negative_cost, "no cost is negative"),
    ],
    "rolling_folds": [
        (one_day_late, "the day before its test"),
        (always_full, "what is left"),
        (full_tests_only, "what is left"),
    ],
    "best_hinge": [
        (first_candidate, "smallest sum of squares"),
        (largest_left, "smallest sum of squares"),
        (place_in_the_list, "return the candidate"),
    ],
}
test_stub_and_solution, test_wrong_answer, test_three_answers = exercise_tests(CHAPTER, WRONG_ANSWERS)
