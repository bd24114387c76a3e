"""Chapter 08c: its writer with a memory, its ways to choose, its counters, and the checkers of its exercises."""

import keras
import numpy as np
import pytest

from course_lib.models.gpt import gpt
from exercises import exercise_tests
from story_code import definitions

CHAPTER = "08c_writing"
WAYS = definitions(CHAPTER, "greedy", "temperature", "top_k", "nucleus")
LOGS = np.log([[0.5, 0.3, 0.15, 0.05], [0.16, 0.1, 0.04, 0.7]])


@pytest.mark.parametrize("depth", [1, 3])
def test_the_writer_with_a_memory_gives_the_logits_of_the_whole(depth):
    keras.utils.set_random_seed(1)
    model = gpt(vocabulary_size=30, context=12, width=8, depth=depth, heads=2)
    text = np.random.default_rng(0).integers(30, size=(3, 12))
    writer = definitions(CHAPTER, "normalised", "Writer")["Writer"](model, texts=3, heads=2)
    by_memory = np.stack([writer.read(text[:, place]) for place in range(12)], axis=1)
    np.testing.assert_allclose(by_memory, model(text), atol=1e-5)


def test_greedy_writing_takes_the_most_probable_piece_also_behind_no_prompt():
    keras.utils.set_random_seed(1)
    model = gpt(vocabulary_size=30, context=12, width=8, depth=1, heads=4)
    write = definitions(CHAPTER, "normalised", "Writer", "greedy", "write")["write"]
    for prompts in (np.zeros((2, 0), int), np.array([[3, 4], [5, 6]])):
        written, nats = write(WAYS["greedy"], prompts, pieces=4, model=model)
        text = np.concatenate([np.full((2, 1), 10), prompts, written], axis=1)  # 10 ends a paragraph
        logits = model(text)[:, -5:-1].numpy()
        np.testing.assert_array_equal(written, logits.argmax(axis=2))
        by_keras = keras.losses.sparse_categorical_crossentropy(written, logits, from_logits=True)
        np.testing.assert_allclose(nats, by_keras, atol=1e-4)


def test_ways_to_choose_by_hand():
    assert WAYS["greedy"](LOGS).argmax(axis=1).tolist() == [0, 3]
    np.testing.assert_allclose(WAYS["temperature"](1)(LOGS), np.exp(LOGS))
    np.testing.assert_allclose(WAYS["top_k"](2)(LOGS)[0], [0.5, 0.3, 0, 0])
    np.testing.assert_allclose(WAYS["nucleus"](0.79)(LOGS), [[0.5, 0.3, 0, 0], [0.16, 0, 0, 0.7]], atol=1e-12)
    np.testing.assert_allclose(WAYS["nucleus"](1.0)(LOGS), np.exp(LOGS))


def test_costs_of_a_stretch_are_kept_for_each_text():
    texts = np.array([[*range(7), *range(7)], [*range(14)]])
    costs = definitions(CHAPTER, "costs_by_stretch")["costs_by_stretch"](
        texts, np.log(2) * np.arange(28).reshape(2, 14)
    )
    assert len(costs) == 7 + 9 and sum(map(len, costs.values())) == 2 * 9
    np.testing.assert_allclose(costs[0, (0, 1, 2, 3, 4, 5)], [5, 12])
    np.testing.assert_allclose(costs[1, (0, 1, 2, 3, 4, 5)], [14 + 5])


def test_the_counter_of_a_play_is_that_of_chapter_08b():
    text = np.random.default_rng(0).zipf(1.5, size=4000) % 100
    read, asked = text[:3900], text[3900:]
    by_tables = definitions("08b_gpt", "as_codes", "Table", "count", "find", "foretell")
    tables = [table._replace(taken=0.9) for table in by_tables["count"](read, 3, 1024)]
    expected = -np.log(by_tables["foretell"](tables, asked, 1024))
    found = definitions(CHAPTER, "count_play")["count_play"](read.tolist(), asked.tolist(), order=3)
    np.testing.assert_allclose(found[2:], expected[2:], rtol=0.01)  # the first pieces have fewer neighbours there


def plain_softmax(scores):
    exponentials = np.exp(np.asarray(scores, float))
    return exponentials / exponentials.sum(axis=-1, keepdims=True)


WRONG_ANSWERS = {
    "with_temperature": [
        (lambda logits, degree: np.asarray(logits) / degree, "Equal logits stay equal"),
        (lambda logits, degree: plain_softmax(np.asarray(logits) * degree), "divide"),
        (lambda logits, degree: plain_softmax(np.asarray(logits) / degree), "subtract the largest"),
        (lambda logits, degree: plain_softmax(np.minimum(np.asarray(logits) / degree, 600).ravel()), "Each row"),
    ],
    "keep_top": [
        (lambda logits, k: np.sort(logits)[-k:], "at their places"),
        (lambda logits, k: np.where(logits >= np.sort(logits)[k - 1], logits, -np.inf), "Logits may be negative"),
        (lambda logits, k: np.where(logits >= np.sort(logits)[-k], 0.0, -np.inf), "keeps its value"),
        (lambda logits, k: np.where((logits > 0) & (logits >= np.sort(logits)[-k]), logits, -np.inf), "negative"),
    ],
    "nucleus_size": [
        (lambda chances, share: int(np.argmax(np.cumsum(chances) >= share)) + 1, "The largest first"),
        (lambda chances, share: int(np.argmax(np.cumsum(np.sort(chances)[::-1]) >= share)), "The largest first"),
        (lambda chances, share: int(np.argmax(np.cumsum(np.sort(chances)[::-1]) > share)) + 1, "Exactly the share"),
    ],
    "loss_of_real": [
        (lambda nats, lengths: np.mean(nats), "must not count"),
        (lambda nats, lengths: sum(nats[i, :n].sum() for i, n in enumerate(lengths)) / nats.size, "must not count"),
        (lambda nats, lengths: np.mean([nats[i, :n].mean() for i, n in enumerate(lengths)]), "not each text"),
        (lambda nats, lengths: nats[:, : max(lengths)].mean(), "must not count"),
    ],
    "penalised": [
        (lambda logits, written, cost: logits - cost, "lowered by the cost"),
        (lambda logits, written, cost: logits - cost * np.isin(np.arange(len(logits)), written), "twice lowered"),
        (lambda logits, written, cost: logits + cost * np.bincount(written, minlength=len(logits)), "lowered"),
    ],
}
test_stub_and_solution, test_wrong_answer, test_three_answers = exercise_tests(CHAPTER, WRONG_ANSWERS)
