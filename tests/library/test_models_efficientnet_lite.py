"""EfficientNet-Lite0: the original network's answers, pictures of all kinds, a damaged file of weights."""

import shutil
from pathlib import Path

import keras
import numpy as np
import pytest
from scipy.special import softmax

from course_lib import data_files
from course_lib.data_files import DATA_DIR, DataError
from course_lib.models.efficientnet_lite import efficientnet_lite0

GOOD_CALLS = {
    efficientnet_lite0: {"input_shape": (None, 32, 3), "image_size": 32, "weights": None, "include_top": False}
}

REFERENCES = Path(__file__).parent / "references" / "efficientnet_lite0.npz"
PHOTOGRAPHS = ("astronaut", "chelsea", "coffee", "rocket")


@pytest.fixture(scope="module")
def classifier():
    return efficientnet_lite0(image_size=224, include_top=True)


@pytest.fixture(scope="module")
def small():
    return efficientnet_lite0(image_size=64, weights=None)


def photograph(name):
    return np.array(keras.utils.load_img(DATA_DIR / "photographs" / f"{name}.png"))


def middle(picture):
    top, left = ((side - 224) // 2 for side in picture.shape[:2])
    return picture[top : top + 224, left : left + 224]


def test_answers_are_those_of_the_original_network(classifier):
    """The references are the PyTorch network's; data/efficientnet_lite0/reference.py wrote them."""
    references = np.load(REFERENCES)
    crops = np.stack([middle(photograph(name)) for name in PHOTOGRAPHS])
    answers = classifier.predict(crops, verbose=0)
    np.testing.assert_allclose(answers, references["logits_224"], atol=0.02)
    np.testing.assert_allclose(softmax(answers, 1), softmax(references["logits_224"], 1), atol=1e-3)
    at_half = efficientnet_lite0(image_size=112, include_top=True).predict(crops[:, ::2, ::2], verbose=0)
    np.testing.assert_allclose(at_half, references["logits_112"], atol=0.03)


def test_it_names_the_photographs(classifier):
    lines = (DATA_DIR / "efficientnet_lite0" / "imagenet_classes.txt").read_text(encoding="utf-8").splitlines()
    names = [line.split(",")[0] for line in lines]
    assert (len(names), names[0], names[134], names[607], names[999]) == (
        1000,
        "tench",
        "crane",
        "jack-o'-lantern",
        "toilet tissue",
    )
    guesses = [names[int(classifier(photograph(name)[np.newaxis])[0].numpy().argmax())] for name in PHOTOGRAPHS]
    assert guesses[1] in {"tiger cat", "Egyptian cat", "tabby"}
    assert guesses[2] == "espresso"


def test_a_direct_call_is_in_inference_mode(small):
    pictures = np.random.default_rng(0).integers(0, 256, (4, 40, 30, 3), dtype=np.uint8)
    np.testing.assert_allclose(small(pictures), small.predict(pictures, verbose=0), atol=1e-4)


def test_parameters_blocks_and_shapes(classifier, small):
    assert classifier.count_params() == 4_694_024
    assert small.count_params() == 4_694_024 - 1_281_000
    assert small.output.shape == (None, 2, 2, 1280)
    assert [small.get_layer(f"block{number}_output").output.shape[-1] for number in (1, 2, 4, 6, 9, 12, 16)] == [
        *(16, 24, 40, 80, 112, 192, 320)
    ]
    assert not getattr(small, "compiled", False)


def test_pictures_of_any_size_and_number_type_go_in(small):
    whole = np.random.default_rng(0).integers(0, 256, (2, 40, 30, 3), dtype=np.uint8)
    expected = small(whole)
    for same in (whole.astype(np.float32), whole.astype(np.int64)):
        np.testing.assert_allclose(small(same), expected, atol=1e-5)
    assert small(np.zeros((1, 500, 333, 3), np.uint8)).shape == (1, 2, 2, 1280)


def test_grey_pictures_are_read_as_equal_red_green_and_blue(small):
    grey = np.random.default_rng(0).integers(0, 256, (2, 28, 28, 1), dtype=np.uint8)
    for_grey = efficientnet_lite0(input_shape=(28, 28, 1), image_size=64, weights=None)
    for_grey.set_weights(small.get_weights())
    np.testing.assert_allclose(for_grey(grey), small(np.repeat(grey, 3, axis=-1)), atol=1e-5)


@pytest.mark.parametrize("shape", [(2, 40, 30, 1), (2, 40, 30, 4), (2, 40, 30), (40, 30)])
def test_a_colour_model_refuses_other_pictures(small, shape):
    with pytest.raises(
        ValueError, match=r"(?i)expected shape[ =]\(None, None, None, 3\)|axis -1 of input shape to have value 3"
    ):
        small(np.zeros(shape, np.uint8))


def test_a_model_for_one_size_names_both_sizes():
    model = efficientnet_lite0(input_shape=(32, 32, 3), image_size=32, weights=None)
    with pytest.raises(ValueError, match=r"\(None, 32, 32, 3\).*28, 28, 3"):
        model.predict(np.zeros((1, 28, 28, 3)), verbose=0)


@pytest.mark.parametrize("damage", ["missing", "truncated", "altered"])
def test_damaged_weights_are_named_with_the_command_that_restores_them(tmp_path, monkeypatch, damage):
    shutil.copytree(DATA_DIR / "efficientnet_lite0", tmp_path / "efficientnet_lite0")
    monkeypatch.setattr(data_files, "DATA_DIR", tmp_path)
    path = tmp_path / "efficientnet_lite0" / "efficientnet_lite0.weights.h5"
    content = path.read_bytes()
    if damage == "missing":
        path.unlink()
    elif damage == "truncated":
        path.write_bytes(content[:100_000])
    else:
        path.write_bytes(content[:500_000] + bytes([content[500_000] ^ 1]) + content[500_001:])
    with pytest.raises(DataError, match=r"weights\.h5 is (missing|damaged).*git restore data/efficientnet_lite0"):
        efficientnet_lite0()
    assert efficientnet_lite0(weights=None).output.shape == (None, 7, 7, 1280), "224 pixels, without the classifier"


def test_weights_file_is_small():
    assert (DATA_DIR / "efficientnet_lite0" / "efficientnet_lite0.weights.h5").stat().st_size < 10_000_000


def test_saved_and_loaded_model_gives_the_same_outputs(small, tmp_path):
    pictures = np.random.default_rng(0).integers(0, 256, (2, 32, 32, 3), dtype=np.uint8)
    small.save(tmp_path / "model.keras")
    np.testing.assert_array_equal(keras.saving.load_model(tmp_path / "model.keras")(pictures), small(pictures))
