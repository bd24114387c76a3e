"""Chapter 18: its boxes and their measures, maps and turns, and the checkers of its exercises."""

import numpy as np
import pytest

from exercises import exercise_tests
from story_code import definitions

CHAPTER = "18_finding_things"
MEASURES = ("overlaps", "suppress", "hits_of", "average_precision")


def some_boxes(count, seed=0):
    random = np.random.default_rng(seed)
    corners = random.uniform(20, 180, (count, 2))
    return np.concatenate([corners, corners + random.uniform(10, 30, (count, 2))], axis=1)


def test_overlaps_of_boxes_that_are_known():
    overlaps = definitions(CHAPTER, "overlaps")["overlaps"]
    first = np.array([[0, 0, 4, 4], [10, 10, 12, 12]], float)
    second = np.array([[0, 0, 4, 4], [2, 0, 6, 4], [11, 11, 13, 13]], float)
    np.testing.assert_allclose(overlaps(first, second), [[1, 1 / 3, 0], [0, 0, 1 / 7]])


def test_what_stays_does_not_overlap_and_what_goes_overlaps_a_better_one():
    names = definitions(CHAPTER, *MEASURES)
    boxes, scores = some_boxes(100), np.random.default_rng(1).random(100)
    kept = names["suppress"](boxes, scores, 0.2)
    table = names["overlaps"](boxes, boxes)
    assert (np.diff(scores[kept]) < 0).all()
    assert (table[np.ix_(kept, kept)] - np.eye(len(kept)) <= 0.2).all()
    for gone in set(range(100)) - set(kept.tolist()):
        assert (table[gone, kept] > 0.2)[scores[kept] > scores[gone]].any()


def test_a_true_box_is_hit_once_and_by_the_surest():
    names = definitions(CHAPTER, *MEASURES)
    true = np.array([[0, 0, 10, 10], [50, 50, 60, 60]], float)
    boxes = np.array([[0, 0, 10, 10], [1, 0, 11, 10], [50, 50, 60, 60]], float)
    assert names["hits_of"](boxes, np.array([0.5, 0.9, 0.1]), true, 0.4).tolist() == [1, 0, 1]
    assert names["average_precision"](boxes[[0, 2]], np.array([0.5, 0.1]), true) == 1
    assert names["average_precision"](boxes[:1], np.array([0.5]), true) == pytest.approx(51 / 101)


def test_the_truth_as_maps_gives_the_boxes_back():
    names = definitions(CHAPTER, "as_maps", "as_boxes")
    boxes = np.array([[20, 24, 41, 50], [100, 90, 120, 108], [60, 0, 78, 14]], float)
    maps = names["as_maps"](boxes, 130, 150)
    assert maps.shape == (33, 38, 5) and (maps[..., 0] == 1).sum() >= 3
    maps[..., 0] = 20 * (maps[..., 0] - 0.5)
    found, scores = names["as_boxes"](maps)
    assert len(found) >= 3 and (scores > 0).all()
    distances = np.abs(found[:, None] - boxes).max(axis=2)
    assert (distances.min(axis=0) < 1e-3).all() and (distances.min(axis=1) < 1e-3).all()


@pytest.mark.parametrize("way", range(8))
def test_turned_boxes_hold_what_they_held(way):
    turn = definitions(CHAPTER, "turn")["turn"]
    picture = np.random.default_rng(0).integers(0, 255, (60, 80, 3))
    box = np.array([[10, 20, 30, 50]])
    turned, ((left, upper, right, lower),) = turn(picture, box, way)
    inside, before = turned[upper:lower, left:right], picture[20:50, 10:30]
    assert inside.size == before.size
    assert (np.sort(inside.ravel()) == np.sort(before.ravel())).all()


def test_the_loss_is_the_cross_entropy_where_gamma_is_0_and_least_at_the_truth():
    loss_with = definitions(CHAPTER, "loss_with")["loss_with"]
    random = np.random.default_rng(0)
    truth = random.uniform(0.01, 0.9, (2, 4, 4, 5)).astype("float32")
    maps = random.normal(size=(2, 4, 4, 5)).astype("float32")
    heat, p = truth[..., 0], 1 / (1 + np.exp(-maps[..., 0]))
    near = np.where(heat > 0.3, heat, 0)
    shape = (near[..., None] * np.abs(truth - maps)[..., 1:]).sum() / near.sum()
    entropy = -heat * np.log(p) - (1 - heat) * np.log(1 - p)
    assert float(loss_with(0)(truth, maps)) == pytest.approx(entropy.sum() + shape, rel=1e-4)
    assert float(loss_with(2)(truth, maps)) == pytest.approx((entropy * (heat - p) ** 2).sum() + shape, rel=1e-4)
    right = truth.copy()
    right[..., 0] = np.log(heat / (1 - heat))
    assert float(loss_with(2)(truth, right)) < 1e-6


def edges(box):
    return box[0] - box[2] / 2, box[1] - box[3] / 2, box[0] + box[2] / 2, box[1] + box[3] / 2


def corners_not_centres(first, second):
    across = min(first[0] + first[2], second[0] + second[2]) - max(first[0], second[0])
    down = min(first[1] + first[3], second[1] + second[3]) - max(first[1], second[1])
    return max(across, 0) * max(down, 0) / (first[2] * first[3])


def without_clip(first, second):
    one, two = edges(first), edges(second)
    shared = (min(one[2], two[2]) - max(one[0], two[0])) * (min(one[3], two[3]) - max(one[1], two[1]))
    return shared / (first[2] * first[3] + second[2] * second[3] - shared)


def shared_counted_twice(first, second):
    one, two = edges(first), edges(second)
    across, down = min(one[2], two[2]) - max(one[0], two[0]), min(one[3], two[3]) - max(one[1], two[1])
    return max(across, 0) * max(down, 0) / (first[2] * first[3] + second[2] * second[3])


def overlap(starts, ends, one, two):
    shared = max(min(ends[one], ends[two]) - max(starts[one], starts[two]), 0)
    return shared / (ends[one] - starts[one] + ends[two] - starts[two] - shared)


def best_first(scores):
    return sorted(range(len(scores)), key=lambda place: -scores[place])


def dropped_drop_others(starts, ends, scores, limit):
    order = best_first(scores)
    return [
        place
        for rank, place in enumerate(order)
        if all(overlap(starts, ends, place, better) <= limit for better in order[:rank])
    ]


def strictly_less(starts, ends, scores, limit):
    kept = []
    for place in best_first(scores):
        if all(overlap(starts, ends, place, other) < limit for other in kept):
            kept.append(place)
    return kept


def in_order_of_place(starts, ends, scores, limit):
    kept = []
    for place in range(len(scores)):
        if all(overlap(starts, ends, place, other) <= limit for other in kept):
            kept.append(place)
    return kept


def curve(hits, count):
    total = np.cumsum(hits)
    return total / count, total / np.arange(1, len(total) + 1)


def precision_at_first(hits, count):
    recall, precision = curve(hits, count)
    return np.mean([next((p for r, p in zip(recall, precision, strict=True) if r >= k / 10), 0) for k in range(11)])


def only_reached_recalls(hits, count):
    recall, precision = curve(hits, count)
    reached = [max(precision[recall >= k / 10 - 1e-9], default=None) for k in range(11)]
    return np.mean([value for value in reached if value is not None])


WRONG_ANSWERS = {
    "box_overlap": [
        (corners_not_centres, "x is the centre"),
        (without_clip, "Far apart"),
        (shared_counted_twice, "overlaps itself"),
    ],
    "keep_best": [
        (dropped_drop_others, "drops nobody"),
        (strictly_less, "not more than"),
        (in_order_of_place, "best first"),
    ],
    "precision_at_recalls": [
        (precision_at_first, "counts for all lower"),
        (only_reached_recalls, "six of eleven"),
        (lambda hits, count: np.mean(hits), "six of eleven"),
    ],
    "best_threshold": [
        (lambda scores, hits, count: max(scores), "nothing else drawn"),
        (lambda scores, hits, count: min(scores), "nothing else drawn"),
        (
            lambda scores, hits, count: max(
                scores, key=lambda t: np.asarray(hits)[np.asarray(scores) > t].sum() / (sum(s > t for s in scores) + 1)
            ),
            "nothing else drawn",
        ),
    ],
}
test_stub_and_solution, test_wrong_answer, test_three_answers = exercise_tests(CHAPTER, WRONG_ANSWERS)
