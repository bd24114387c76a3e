"""Chapter 11b: its noise, scores and samplers against formulas and counting, and the checkers of its exercises."""

import numpy as np
import pytest

import chapters
import claims
from exercises import exercise_tests
from story_code import definitions

CHAPTER = "11b_diffusion"
RING = ("centres", "width", "ring", "judged")
TIME = ("signal", "noise_level", "noisy", "log_weights", "exact_noise")
DRAWING = ("draw", "draw_with_dice", "guided", "clipped", "one_hot", "by", "seen", "dense")
STORY = definitions(CHAPTER, *RING, *TIME, *DRAWING, "contrasted", "u_net", "chapters", "elsewhere", "stored_claim")
LARGE = np.random.default_rng(0).normal(size=(2000, 2))


def test_noisy_rows_are_made_of_clean_ones_and_their_noise():
    random = np.random.default_rng(0)
    clean = STORY["ring"](1000, random)
    points, times, noise = STORY["noisy"](clean, random)
    assert points.dtype == noise.dtype == times.dtype == "float32"
    np.testing.assert_allclose(points, np.cos(np.pi / 2 * times) * clean + np.sin(np.pi / 2 * times) * noise, atol=1e-5)
    assert times.shape == (1000, 1) and 0 <= times.min() < 0.01 and 0.99 < times.max() < 1


def test_real_points_are_judged_good_and_fall_to_all_centres_alike():
    good, shares = STORY["judged"](STORY["ring"](20_000, np.random.default_rng(0)))
    assert np.isclose(good, 1 - np.exp(-4.5), atol=0.003)  # within three widths, in two dimensions
    np.testing.assert_allclose(shares, 1 / 8, atol=0.01)


def test_exact_noise_is_what_is_no_signal_where_there_is_one_dot():
    points = STORY["exact_noise"](LARGE, 0.3, dots=np.array([[1.0, 2.0]]), width=0)
    expected = (LARGE - np.cos(0.15 * np.pi) * np.array([1, 2])) / np.sin(0.15 * np.pi)
    np.testing.assert_allclose(points, expected)


def test_exact_noise_has_the_least_loss_of_linear_changes():
    random = np.random.default_rng(0)
    clean, noise = STORY["ring"](100_000, random), random.normal(size=(100_000, 2))
    points = np.cos(0.2 * np.pi) * clean + np.sin(0.2 * np.pi) * noise
    best = STORY["exact_noise"](points, 0.4)
    assert abs(np.mean((noise - best) * points)) < 0.01  # what is left is at right angles to all that is known
    assert np.mean((best - noise) ** 2) < min(np.mean((factor * best - noise) ** 2) for factor in (0.9, 1.1))


@pytest.mark.parametrize("way", ["draw", "draw_with_dice"])
def test_both_ways_with_the_exact_noise_give_the_ring(way):
    good, shares = STORY["judged"](STORY[way](STORY["exact_noise"], LARGE, 50))
    assert good > 0.98
    np.testing.assert_allclose(shares, 1 / 8, atol=0.04)


def test_dice_are_rolled_anew():
    still, rolled = (STORY[way](lambda points, time: 0 * points, LARGE, 5) for way in ("draw", "draw_with_dice"))
    np.testing.assert_allclose(still, LARGE / np.cos(0.49 * np.pi))
    assert not np.allclose(still, rolled)


def test_guidance_of_weight_0_is_the_answer_for_the_digit():
    labels = np.array([3, 7])
    points = np.random.default_rng(0).normal(size=(2, 4))
    network = STORY["dense"](22, 8, 4, seed=1)
    told = STORY["by"](network, STORY["one_hot"][labels])(points, 0.5)
    untold = STORY["by"](network, np.zeros((2, 10)))(points, 0.5)
    np.testing.assert_allclose(STORY["guided"](network, labels, 0)(points, 0.5), told, rtol=1e-5)
    np.testing.assert_allclose(STORY["guided"](network, labels, 2)(points, 0.5), 3 * told - 2 * untold, rtol=1e-4)


def test_clipped_noise_means_clean_points_within_the_limits():
    points = np.array([[5.0, -0.1]])
    noise = STORY["clipped"](lambda points, time: 0 * points, limit=3)(points, 0.5)
    clean = (points - np.sin(np.pi / 4) * noise) / np.cos(np.pi / 4)
    np.testing.assert_allclose(clean, [[3, -0.1 / np.cos(np.pi / 4)]])


def test_contrast_multiplies_logits():
    pictures = np.array([0.0, 0.2, 0.5, 0.9, 1.0])
    np.testing.assert_allclose(STORY["contrasted"](pictures, 1), pictures)
    changed = STORY["contrasted"](pictures, 3)[1:4]
    np.testing.assert_allclose(np.log(changed / (1 - changed)), 3 * np.log(pictures[1:4] / (1 - pictures[1:4])))


def test_u_net_answers_with_a_picture():
    assert STORY["u_net"](size=2).output_shape == (None, 28, 28, 1)


def test_claims_read_from_other_chapters_are_those_they_print():
    for chapter, claim in STORY["elsewhere"].values():
        path = chapters.NOTEBOOKS / f"{chapter}.ipynb"
        if path.exists():
            assert STORY["stored_claim"](chapter, claim) == claims.by_name(chapters.read(path))[claim]


def levels(time):
    return np.cos(np.pi / 2 * time), np.sin(np.pi / 2 * time)


def step(point, noise, now, then, at_clean=None):
    (s, n), (s_then, n_then) = levels(now if at_clean is None else at_clean), levels(then)
    return s_then * (point - n * noise) / s + n_then * noise


def mean_dot(point, dots, time, weights):
    s, n = levels(time)
    return (point - s * np.sum(weights * dots)) / n


def unstable(point, dots, time):
    s, n = levels(time)
    with np.errstate(invalid="ignore"):
        weights = np.exp(-((point - s * dots) ** 2) / (2 * n**2))
        return mean_dot(point, dots, time, weights / weights.sum())


def without_signal(point, dots, time):
    _, n = levels(time)
    exponents = -((point - dots) ** 2) / (2 * n**2)
    weights = np.exp(exponents - exponents.max())
    return mean_dot(point, dots, time, weights / weights.sum())


WRONG_ANSWERS = {
    "add_noise": [
        (lambda clean, noise, time: (1 - time) * clean + time * noise, "both count 0.7071"),
        (lambda clean, noise, time: np.sin(np.pi / 2 * time) * clean + np.cos(np.pi / 2 * time) * noise, "no noise"),
        (lambda clean, noise, time: np.cos(np.pi / 2 * time) * clean + noise, "no noise"),
        (lambda clean, noise, time: np.cos(time) * clean + np.sin(time) * noise, "nothing but noise"),
    ],
    "earlier": [
        (lambda point, noise, now, then: step(point, noise, now, then, at_clean=then), "At time 0 it is the clean"),
        (lambda point, noise, now, then: step(point, noise, now, 0), "nothing may change"),
        (lambda point, noise, now, then: point - levels(now)[1] * noise, "At time 0 it is the clean"),
        (lambda point, noise, now, then: point - (now - then) / now * (point - 2), "Clean 2 and noise 1"),
    ],
    "guide": [
        (lambda of_digit, of_any, weight: of_any + weight * (of_digit - of_any), "Weight 0"),
        (lambda of_digit, of_any, weight: of_digit + weight * of_any, "Weight 1"),
        (lambda of_digit, of_any, weight: (1 + weight) * of_digit, "Weight 1"),
        (lambda of_digit, of_any, weight: of_digit - weight * (of_digit - of_any), "Weight 1"),
    ],
    "best_guess": [
        (lambda point, dots, time: mean_dot(point, dots, time, np.full(len(dots), 1 / len(dots))), "nearer dot"),
        (unstable, "subtract the largest"),
        (without_signal, "nearer dot"),
        (lambda point, dots, time: -(point - levels(time)[0] * dots.mean()) / levels(time)[1], "One dot"),
    ],
}
test_stub_and_solution, test_wrong_answer, test_three_answers = exercise_tests(CHAPTER, WRONG_ANSWERS)
