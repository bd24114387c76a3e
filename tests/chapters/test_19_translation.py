"""Chapter 19: its BLEU, its splits and dictionary, its number words and search, and the checkers of its exercises."""

import itertools
from collections import Counter

import numpy as np

from exercises import exercise_tests
from story_code import definitions

CHAPTER = "19_translation"


def test_bleu_of_a_copy_is_100_and_half_of_it_pays_for_brevity():
    names = definitions(CHAPTER, "runs", "counts", "bleu")
    person = ["the", "lamp", "is", "on", "the", "wall"]
    assert np.isclose(names["bleu"]([names["counts"](person, person)]), 100)
    counted = names["counts"](person[:5], person)
    assert counted == [5, 4, 3, 2, 5, 4, 3, 2, 5, 6]
    assert np.isclose(names["bleu"]([counted]), 100 * np.exp(1 - 6 / 5))
    assert names["counts"](["the"] * 4, person)[0] == 2


def test_groups_are_dealt_out_whole():
    split = definitions(CHAPTER, "split")["split"]
    groups = np.repeat(np.arange(50), np.arange(1, 51))
    parts = split(groups, size=200)
    np.testing.assert_array_equal(np.sort(np.concatenate(list(parts.values()))), np.arange(len(groups)))
    assert not any(
        set(groups[parts[one]]) & set(groups[parts[other]]) for one, other in itertools.combinations(parts, 2)
    )
    assert 200 <= len(parts["test"]) < 250 and 150 < len(parts["validation"]) < 250


def test_the_dictionary_is_a_distribution_for_each_source_word_and_grows_more_likely():
    learn_dictionary = definitions(CHAPTER, "learn_dictionary")["learn_dictionary"]
    pairs = [("a b", "x y"), ("a", "x"), ("b c", "y z")]
    pairs = [(one.split(), other.split()) for one, other in pairs]

    def log_likelihood(table):
        return sum(np.log(sum(table[e, f] for e in source)) for source, target in pairs for f in target)

    tables = [learn_dictionary(pairs, rounds) for rounds in range(1, 9)]
    for table in tables:
        for word in "abc":
            assert np.isclose(sum(chance for (source, _), chance in table.items() if source == word), 1)
    assert np.all(np.diff([log_likelihood(table) for table in tables]) > 0)
    assert tables[-1]["a", "x"] > 0.9


def test_number_words_of_both_languages():
    names = definitions(CHAPTER, "tokens", "ENGLISH", "GERMAN", "spell", "in_english", "in_german")
    words = {
        1_000_001: ("one million one", "eine million eins"),
        71_045: ("seventy one thousand forty five", "ein und siebzig tausend fünf und vierzig"),
        219_000_310: (
            "two hundred nineteen million three hundred ten",
            "zwei hundert neunzehn millionen drei hundert zehn",
        ),
        20: ("twenty", "zwanzig"),
    }
    for number, (english, german) in words.items():
        assert (" ".join(names["in_english"](number)), " ".join(names["in_german"](number))) == (english, german)


def test_rows_end_and_are_moved_by_one():
    names = definitions(CHAPTER, "PADDING", "END", "UNKNOWN", "vocabulary", "as_rows", "moved")
    words = names["vocabulary"]([["b", "a"], ["a"]], at_least=2)
    assert words == {"a": 3}
    rows = names["as_rows"]([["a", "b", "a"], ["a"]], words, 3, ends=True)
    np.testing.assert_array_equal(rows, [[3, 2, 1], [3, 1, 0]])
    np.testing.assert_array_equal(names["moved"](rows), [[1, 3, 2], [1, 3, 1]])


class Logits(np.ndarray):
    """An array that can be asked for itself, as a tensor can."""

    def numpy(self):
        return np.array(self)


def test_a_wide_beam_finds_the_best_of_all_and_one_beam_is_greedy():
    names = definitions(CHAPTER, "PADDING", "END", "UNKNOWN", "LONGEST", "translate")
    names["LONGEST"] = 2
    table = np.random.Generator(np.random.PCG64(3)).normal(scale=2, size=(2, 6, 6))  # at each place, after each word

    def writer(inputs):
        return np.array([table[len(row) - 1, row[-1]] for row in inputs[1]]).view(Logits)

    def log_chance(sentence):
        total, before = 0.0, names["END"]
        for place, word in enumerate(sentence[: sentence.index(1) + 1] if 1 in sentence else sentence):
            allowed = table[place, before][[1, 3, 4, 5]]
            total, before = total + table[place, before, word] - np.log(np.exp(allowed).sum()), word
        return total

    best = max(map(log_chance, itertools.product((1, 3, 4, 5), repeat=2)))
    wide = names["translate"](writer, np.zeros((2, 4), int), beams=6).tolist()
    assert wide[0] == wide[1] and np.isclose(log_chance(wide[0]), best)
    first, second = names["translate"](writer, np.zeros((1, 4), int))[0]
    assert first == max((1, 3, 4, 5), key=lambda word: table[0, 1, word])
    assert second == (0 if first == 1 else max((1, 3, 4, 5), key=lambda word: table[1, first, word]))


def unclipped(given, wanted, n):
    runs = [tuple(given[i : i + n]) for i in range(len(given) - n + 1)]
    theirs = {tuple(wanted[i : i + n]) for i in range(len(wanted) - n + 1)}
    return np.mean([run in theirs for run in runs])


def words_only(given, wanted, n):
    left = list(wanted)
    return sum(word in left and not left.remove(word) for word in given) / len(given)


def divided_by_wanted(given, wanted, n):
    own, theirs = (Counter(zip(*(words[i:] for i in range(n)), strict=False)) for words in (given, wanted))
    return (own & theirs).total() / theirs.total()


def over_rows(table):
    return table / table.sum(axis=1, keepdims=True)


def over_everything(table):
    return table / table.sum()


def unchanged(table):
    return table


def in_threes(number):
    return [number // 10**6, number // 1000 % 1000, number % 1000]


def groups_that_count(number):
    return [group for group in (number // 10**8, number // 10**4 % 10**4, number % 10**4) if group]


def without_hundred_millions(number):
    return [0, number // 10**4, number % 10**4]


def everything(first, then, beams):
    return list(np.unravel_index((first[:, None] + then).argmax(), then.shape))


def always_greedy(first, then, beams):
    return [first.argmax(), then[first.argmax()].argmax()]


def second_word_alone(first, then, beams):
    best = max(np.argsort(first)[-beams:], key=lambda word: then[word].max())
    return [best, then[best].argmax()]


def by_place(first, then, beams):
    kept = np.arange(beams)
    return max(([i, then[i].argmax()] for i in kept), key=lambda pair: first[pair[0]] + then[pair[0], pair[1]])


WRONG_ANSWERS = {
    "clipped_share": [
        (unclipped, "as often as `wanted` has it"),
        (words_only, "Runs of n words"),
        (divided_by_wanted, "Divide by the runs of `given`"),
    ],
    "link_shares": [
        (over_rows, "the sum of the column"),
        (over_everything, "the sum of the column"),
        (unchanged, "the sum of the column"),
    ],
    "in_fours": [
        (in_threes, "Cut off four digits"),
        (groups_that_count, "Cut off four digits"),
        (without_hundred_millions, "what is more"),
    ],
    "search": [
        (everything, "One beam is greedy"),
        (always_greedy, "Add the log chances"),
        (second_word_alone, "does not make up"),
        (by_place, "may stand anywhere"),
    ],
}
test_stub_and_solution, test_wrong_answer, test_three_answers = exercise_tests(CHAPTER, WRONG_ANSWERS)
