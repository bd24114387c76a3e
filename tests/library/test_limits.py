"""The limits of sizes and ranges: what is just within works, what is just beyond is refused with the limit's name."""

import numpy as np
import pytest

from course_lib import callbacks, datasets, plots
from course_lib.models.dense import dense_network

PIXEL = np.zeros((1, 1))


def network(classes):
    return dense_network((1, 1, 1), (1,), classes)


def sentences(count):
    """Draw sentences of one long word; each takes 1.4 lines."""
    return plots.coloured_words([["x" * 60]] * count, [[0.5]] * count, "t")


def ranking(count):
    return plots.ranking(["n"] * count, [1.0] * count, spread=[0.0] * count, title="t", x_label="x")


@pytest.mark.parametrize(
    ("call", "within", "beyond", "message"),
    [
        (network, 100_000, 100_001, "num_classes=100001 .* at most 100000"),
        (lambda units: dense_network((100, 100, 1), (units,)), 1, 10_001, "100010000 weights.* 100000000 at most"),
        (lambda count: plots.image_grid([PIXEL] * count), 100, 101, "101 images were given; give 1 to 100"),
        (lambda side: plots.receptive_fields(PIXEL, {"a": side}, "t"), 1e6, 1000001, "sides.*from 0 to 1e"),
        (lambda width: plots.new_figure(width=width), 400, 400.5, "width=400.5 .*from 0.1 to 400"),
        (lambda height: plots.new_figure(height=height), 0.1, 0.09, "height=0.09 .*from 0.1 to 400"),
        (lambda rows: plots.new_figure(rows=rows), 100, 101, "rows=101 .*from 1 to 100"),
        (lambda columns: plots.new_figure(columns=columns), 100, 101, "columns=101 .*from 1 to 100"),
        (sentences, 142, 143, "fill 200 lines; .* at most 200 lines"),
        (ranking, 100, 101, "101 names were given; give 1 to 100"),
        (lambda size: datasets.batches(PIXEL, [0], batch_size=size), 1_000_000, 1_000_001, "from 1 to 1000000"),
        (lambda seed: datasets.batches(PIXEL, [0], batch_size=1, seed=seed), 2**32 - 1, 2**32, "from 0 to 4294967295"),
        (lambda target: callbacks.TimeToTarget("loss", target), 1e30, 1.1e30, "target=.* to 1e.30"),
    ],
)
def test_limit_is_allowed_and_one_more_is_refused(call, within, beyond, message):
    call(within)
    with pytest.raises(ValueError, match=message):
        call(beyond)
