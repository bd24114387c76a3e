"""Build data/photographs: four photographs from scikit-image, made smaller."""

import tempfile
from pathlib import Path

import skimage
from PIL import Image

from maker_tools import replace_data_set, verify_sum

SHORT_SIDE = 256
# File of the package, and its SHA-256 sum.
PHOTOGRAPHS = {
    "astronaut.png": "88431cd9653ccd539741b555fb0a46b61558b301d4110412b5bc28b5e3ea6cb5",
    "chelsea.png": "596aa1e7cb875eb79f437e310381d26b338a81c2da23439704a73c4651e8c4bb",
    "coffee.png": "cc02f8ca188b167c775a7101b5d767d1e71792cf762c33d6fa15a4599b5a8de7",
    "rocket.jpg": "c2dd0de7c538df8d111e479619b129464d0269d0ae5fd18ca91d33a7fdfea95c",
}


def main() -> None:
    with tempfile.TemporaryDirectory() as temporary:
        made = Path(temporary) / "photographs"
        made.mkdir()
        for name, sha256 in PHOTOGRAPHS.items():
            file = Path(skimage.__file__).parent / "data" / name
            verify_sum(name, file.read_bytes(), sha256)
            picture = Image.open(file).convert("RGB")
            scale = SHORT_SIDE / min(picture.size)
            size = [round(scale * side) for side in picture.size]
            smaller = picture.resize(size, Image.Resampling.LANCZOS)
            smaller.save((made / name).with_suffix(".png"), optimize=True)
        replace_data_set("photographs", made.parent)


if __name__ == "__main__":
    main()
