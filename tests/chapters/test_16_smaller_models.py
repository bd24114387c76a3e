"""Chapter 16: how it quantises and prunes, and the checkers of its exercises."""

import keras
import numpy as np

from exercises import exercise_tests
from story_code import definitions

CHAPTER = "16_smaller_models"


def test_a_quantised_weight_is_at_most_half_a_step_off_and_the_largest_is_kept():
    quantised = definitions(CHAPTER, "quantised")["quantised"]
    weights = np.random.default_rng(0).normal(size=(3, 3, 4, 5))
    for bits in (2, 4, 8):
        for axis in (None, (0, 1, 2)):
            numbers, scale = quantised(weights, bits, axis)
            assert np.abs(numbers).max() == 2 ** (bits - 1) - 1
            assert (np.abs(numbers * scale - weights) <= scale / 2 + 1e-12).all()
            if axis:
                assert (np.abs(numbers).max(axis=axis) == 2 ** (bits - 1) - 1).all()


def network():
    inputs = keras.Input((8,))
    return keras.Model(inputs, keras.layers.Dense(3)(keras.layers.Dense(6, "relu")(inputs)))


def test_pruning_cuts_the_smallest_of_all_layers_and_leaves_the_network_as_it_was():
    pruned = definitions(CHAPTER, "layers_with_kernel", "with_kernels", "pruned")["pruned"]
    whole = network()
    before = whole.get_weights()
    kernels = [layer.kernel.numpy() for layer in pruned(whole, 0.5).layers if hasattr(layer, "kernel")]
    kept = np.concatenate([kernel[kernel != 0] for kernel in kernels])
    assert len(kept) == (8 * 6 + 6 * 3) // 2
    sizes = np.sort(np.abs(np.concatenate([before[0].ravel(), before[2].ravel()])))
    np.testing.assert_allclose(np.sort(np.abs(kept)), sizes[-len(kept) :])
    for old, new in zip(before, whole.get_weights(), strict=True):
        np.testing.assert_array_equal(old, new)


def test_zeros_stay_zeros_while_a_network_trains():
    names = definitions(CHAPTER, "layers_with_kernel", "with_kernels", "pruned", "KeepZeros")
    model = names["pruned"](network(), 0.5)
    zeros = [layer.kernel.numpy() == 0 for layer in model.layers if hasattr(layer, "kernel")]
    for layer in (layer for layer in model.layers if hasattr(layer, "kernel")):
        layer.kernel.constraint = names["KeepZeros"](layer.kernel.numpy())
    model.compile("adam", "mse")
    model.fit(np.ones((32, 8)), np.ones((32, 3)), epochs=2, verbose=0)
    kernels = [layer.kernel.numpy() for layer in model.layers if hasattr(layer, "kernel")]
    for kernel, zero in zip(kernels, zeros, strict=True):
        np.testing.assert_array_equal(kernel == 0, zero)


def by_256(low, high):
    scale = (high - low) / 256
    return scale, np.round(-128 - low / scale)


def unsigned(low, high):
    scale = (high - low) / 255
    return scale, np.round(-low / scale)


def not_rounded(low, high):
    scale = (high - low) / 255
    return scale, -128 - low / scale


def without_zero_point(q_x, z_x, q_w, q_b, factor, z_out):
    return np.clip(np.round((np.asarray(q_x) @ np.asarray(q_w) + q_b) * factor) + z_out, -128, 127)


def zero_point_inside(q_x, z_x, q_w, q_b, factor, z_out):
    return np.clip(np.round(((np.asarray(q_x) - z_x) @ np.asarray(q_w) + q_b + z_out) * factor), -128, 127)


def wraps_around(q_x, z_x, q_w, q_b, factor, z_out):
    result = np.round(((np.asarray(q_x) - z_x) @ np.asarray(q_w) + q_b) * factor) + z_out
    return (result + 128) % 256 - 128


def values_only(weights, share, value_bits, place_bits):
    return weights * (1 - share) * value_bits < weights * value_bits


def share_is_kept(weights, share, value_bits, place_bits):
    return weights * share * (value_bits + place_bits) < weights * value_bits


def equal_counts(weights, share, value_bits, place_bits):
    return bool(weights * (1 - share) * (value_bits + place_bits) <= weights * value_bits)


def largest_decides(weights, bits, candidates):
    needed = np.abs(weights).max() / (2 ** (bits - 1) - 1)
    return min(scale for scale in (*candidates, np.inf) if scale >= needed or scale == max(candidates))


def finest(weights, bits, candidates):
    return min(candidates)


WRONG_ANSWERS = {
    "scale_and_zero": [
        (by_256, "each step is 1"),
        (unsigned, "0 becomes -128"),
        (not_rounded, "rounds to -4"),
    ],
    "integer_layer": [
        (without_zero_point, "Take the zero point"),
        (zero_point_inside, "after the rounding"),
        (wraps_around, "stays at 127"),
    ],
    "smaller_when_sparse": [
        (values_only, "at 24 bits for 8"),
        (share_is_kept, "A tenth of the weights"),
        (equal_counts, "Equal is not smaller"),
    ],
    "best_scale": [
        (finest, "smallest error"),
        (largest_decides, "Let the giant be cut"),
        (lambda weights, bits, candidates: candidates[1], "Let the giant be cut"),
    ],
}
test_stub_and_solution, test_wrong_answer, test_three_answers = exercise_tests(CHAPTER, WRONG_ANSWERS)
