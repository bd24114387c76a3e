"""Chapter 20b: its joined words, its sums over paths, its beam and its cuts, and the checkers of its exercises."""

from itertools import product

import numpy as np
import pytest

from exercises import exercise_tests
from story_code import definitions

CHAPTER = "20b_strings_of_digits"
STORY = definitions(
    CHAPTER,
    *("join", "collapsed", "ways", "ctc_by_hand", "edits", "error_rates", "greedy", "beam_search", "pieces"),
    *("filled", "sets_of", "draw", "SMOOTH", "stretched", "distorted"),
    *("FRAMES", "lesson"),
)
RANDOM = np.random.default_rng(0)
WORDS = [RANDOM.normal(size=length).astype(np.float32) for length in (2000, 3000, 2500, 4000)]
STORY |= {"words": WORDS, "digits": np.array([4, 0, 7, 7])}


def table(frames=5, outputs=3, seed=1):
    powers = np.exp(np.random.default_rng(seed).normal(0, 2, (frames, outputs)))
    return powers / powers.sum(axis=1, keepdims=True)


def summed(chances):
    total = {}
    for path in product(range(chances.shape[1]), repeat=len(chances)):
        label = STORY["collapsed"](path)
        total[label] = total.get(label, 0) + np.prod(chances[np.arange(len(chances)), path])
    return total


def test_joined_words_stand_where_the_spans_say_and_overlapping_ones_add():
    sound, spans = STORY["join"]([0, 1], [0.1], 0.05, 0.0)
    assert spans == [(400, 2400), (3200, 6200)] and len(sound) == 6200
    np.testing.assert_array_equal(sound[3200:6200], WORDS[1])
    assert not sound[:400].any() and not sound[2400:3200].any()
    sound, spans = STORY["join"]([0, 1], [-0.05], 0.0, 0.1)
    assert spans == [(0, 2000), (1600, 4600)] and len(sound) == 5400
    np.testing.assert_allclose(sound[1600:2000], WORDS[0][1600:] + WORDS[1][:400])


def test_equal_neighbours_merge_unless_a_blank_parts_them():
    collapsed = STORY["collapsed"]
    assert collapsed([0, 1, 1, 0, 2]) == (1, 2)
    assert collapsed([1, 0, 1]) == (1, 1) and collapsed([1, 1]) == (1,) and collapsed([0, 0]) == ()


@pytest.mark.parametrize("frames", [3, 5])
def test_the_ways_are_those_that_one_can_count(frames):
    read = [STORY["collapsed"](path) for path in product(range(3), repeat=frames)]
    for label in set(read):
        assert STORY["ways"](frames, label) == read.count(label)


@pytest.mark.parametrize("seed", range(3))
def test_loss_and_wide_beam_are_the_sum_over_all_paths(seed):
    chances = table(seed=seed)
    total, beam = summed(chances), STORY["beam_search"](chances, 1000)
    for label, chance in total.items():
        assert beam[label] == pytest.approx(chance, abs=1e-9)
        if label:
            assert STORY["ctc_by_hand"](np.log(chances), label) == pytest.approx(-np.log(chance))


def test_what_does_not_fit_has_an_infinite_loss():
    loss = STORY["ctc_by_hand"]
    assert loss(np.log(table(3)), (1, 1)) < np.inf and loss(np.log(table(3)), (1, 1, 2)) == np.inf


def test_a_beam_of_one_keeps_one_label_and_a_wider_one_is_never_less_sure():
    for seed in range(10):
        chances = table(seed=seed)
        assert len(STORY["beam_search"](chances, 1)) == 1
        narrow, wide = (max(STORY["beam_search"](chances, width).values()) for width in (2, 1000))
        assert wide >= narrow - 1e-12


def test_edits_count_each_kind_and_error_rates_divide_by_the_true_digits():
    edits = STORY["edits"]
    assert edits([], [1, 2]) == 2 and edits([1, 2], []) == 2 and edits([1, 3], [1, 2]) == 1
    assert edits([2, 3, 4], [1, 2, 3, 4]) == 1 and edits([1, 2, 3], [3, 2, 1]) == 2
    np.testing.assert_allclose(STORY["error_rates"]([(5, 1), ()], np.array([[0, 1], [2, 3]])), [0, 1])


def test_pieces_are_what_is_loud_and_short_gaps_are_bridged():
    image = np.zeros((40, 32))
    image[5:12] = image[15:25] = 1.0
    assert STORY["pieces"](image, gap=2) == [(5 * 128, 11 * 128 + 256), (15 * 128, 24 * 128 + 256)]
    assert STORY["pieces"](image, gap=6) == [(5 * 128, 24 * 128 + 256)]


def test_a_lesson_says_the_same_digits_in_order_and_moment_by_moment():
    for seed in range(20):
        image, answer, moments = STORY["lesson"](np.random.default_rng(seed), [np.arange(4)])
        assert image.shape == (112, 32) and answer.shape == (2,) and moments.shape == (28,)
        spoken = [int(digit) for digit in answer if digit]
        heard = [int(one) for one, before in zip(moments, [0, *moments], strict=False) if one and one != before]
        merged = [one for one, before in zip(spoken, [None, *spoken], strict=False) if one != before]
        assert heard in (spoken, merged) or len(heard) <= len(spoken)
        assert set(heard) <= set(spoken)


def test_strings_are_of_one_voice():
    STORY["languages"], STORY["speakers"] = np.array(["de", "en", "en", "de"]), np.array([0, 0, 1, 0])
    sets = STORY["sets_of"](np.ones(4, bool))
    assert [one.tolist() for one in sets] == [[0, 3], [1], [2]]
    assert STORY["draw"](np.ones(4, bool), 2, seed=0).shape == (6, 4)


def without_blanks(label):
    return len(label)


def blanks_around(label):
    return 2 * len(label) + 1


def counts_all_repeats(label):
    return 2 * len(label) - len(set(label))


def mean_over_strings(said, true):
    return np.mean([STORY["edits"](one, other) / len(other) for one, other in zip(said, true, strict=True)])


def place_by_place(said, true):
    wrong = sum(
        sum(a != b for a, b in zip(one, other, strict=False)) + abs(len(one) - len(other))
        for one, other in zip(said, true, strict=True)
    )
    return wrong / sum(map(len, true))


def over_what_was_said(said, true):
    return sum(map(STORY["edits"], said, true)) / sum(map(len, said))


def all_paths(log_chances, label):
    return -STORY["ctc_by_hand"](log_chances, label)


def any_path(log_chances, label):
    return log_chances.max(axis=1).sum()


def always_skips(log_chances, label):
    paths = list(product(range(log_chances.shape[1]), repeat=len(log_chances)))
    merged = tuple(one for one, before in zip(label, (None, *label), strict=False) if one != before)
    fits = [path for path in paths if STORY["collapsed"](path) in (label, merged)]
    return max(log_chances[np.arange(len(path)), path].sum() for path in fits)


def greedy_label(chances):
    return list(STORY["collapsed"](chances.argmax(axis=1)))


def drops_blanks_first(chances):
    total = {}
    for path in product(range(chances.shape[1]), repeat=len(chances)):
        spoken = [one for one in path if one]
        label = tuple(one for one, before in zip(spoken, [None, *spoken], strict=False) if one != before)
        total[label] = total.get(label, 0) + np.prod(chances[np.arange(len(chances)), path])
    return list(max(total, key=total.get))


def never_merges(chances):
    total = {}
    for path in product(range(chances.shape[1]), repeat=len(chances)):
        label = tuple(one for one in path if one)
        total[label] = total.get(label, 0) + np.prod(chances[np.arange(len(chances)), path])
    return list(max(total, key=total.get))


WRONG_ANSWERS = {
    "least_frames": [
        (without_blanks, "they merge"),
        (blanks_around, "three frames do"),
        (counts_all_repeats, "Only neighbours"),
    ],
    "digit_error_rate": [
        (mean_over_strings, "no mean over strings"),
        (place_by_place, "in front"),
        (over_what_was_said, "2 edits of 5"),
    ],
    "best_path": [
        (all_paths, "do not add"),
        (any_path, "must read the label"),
        (always_skips, "through a blank"),
    ],
    "most_probable": [
        (greedy_label, "three paths read 1"),
        (drops_blanks_first, "Merge equal neighbours first"),
        (never_merges, "Equal neighbours merge; then"),
    ],
}
test_stub_and_solution, test_wrong_answer, test_three_answers = exercise_tests(CHAPTER, WRONG_ANSWERS)
