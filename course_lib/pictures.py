"""Photographs, and pictures of any kind as red, green and blue from 0 to 255."""

import keras
import numpy as np

from course_lib import data_files
from course_lib._arguments import as_array, check_choice


def load_photograph(name: str) -> np.ndarray:
    """Return a photograph of data/photographs as (height, width, 3), uint8; its shorter side has 256 pixels.

    Args:
        name: "astronaut", "chelsea" (a cat), "coffee" or "rocket".

    Raises:
        ValueError: if there is no such photograph.
        DataError: if a file is missing or damaged.
    """
    data_files.verify("photographs")
    available = sorted(path.stem for path in (data_files.DATA_DIR / "photographs").glob("*.png"))
    check_choice("name", name, available)
    return np.array(keras.utils.load_img(data_files.DATA_DIR / "photographs" / f"{name}.png"))


def as_rgb(pictures: np.ndarray) -> np.ndarray:
    """Return pictures as a colour network expects them: a batch with three channels, values from 0 to 255.

    Grey is repeated as red, green and blue; a transparent picture is laid on white.

    Args:
        pictures: (height, width), (height, width, channels) or (batch, height, width, channels) with 1 (grey), 2
            (grey, opacity), 3 (colour) or 4 (colour, opacity) channels; whole numbers from 0 to 255, or floats in
            that range.

    Returns:
        (batch, height, width, 3), of the type that was given.

    Raises:
        ValueError: if there are other axes or channels, or values that look as if they had another range.
    """
    pictures = as_array("pictures", pictures)
    batch = pictures[..., np.newaxis] if pictures.ndim == 2 else pictures
    batch = batch[np.newaxis] if batch.ndim == 3 else batch
    if batch.ndim != 4 or batch.shape[-1] not in (1, 2, 3, 4) or not batch.size:
        raise ValueError(
            f"pictures of shape {pictures.shape} were given; allowed are (height, width), (height, width, channels) "
            "and (batch, height, width, channels), with 1 to 4 channels"
        )
    _check_range(batch)
    if batch.shape[-1] % 2 == 0:
        opacity = batch[..., -1:] / 255
        on_white = opacity * batch[..., :-1] + (1 - opacity) * 255
        batch = (np.rint(on_white) if batch.dtype.kind in "iu" else on_white).astype(batch.dtype)
    return np.repeat(batch, 3, axis=-1) if batch.shape[-1] == 1 else batch


def _check_range(pictures: np.ndarray) -> None:
    if pictures.dtype.kind not in "iuf":
        raise ValueError(f"pictures of type {pictures.dtype} were given; give whole numbers or floats from 0 to 255")
    low, high = float(pictures.min()), float(pictures.max())
    if not (low >= 0 and high <= 255):  # also catches NaN
        raise ValueError(f"pictures with values from {low:g} to {high:g} were given; they must be from 0 to 255")
    if pictures.dtype.kind == "f" and 0 < high <= 1:
        raise ValueError(
            f"pictures of floats up to {high:g} were given; the range is 0 to 255, so multiply them by 255"
        )
