"""The lock files: a hash for everything, no address, and the versions that pyproject.toml asks for."""

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

import lock

ROOT = Path(__file__).resolve().parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
OF_THE_COURSE = [name for name, sources in lock.LOCKS.items() if "pyproject.toml" in sources]
HASH = f"    --hash=sha256:{'0' * 64}\n"


def entries(text: str) -> list[str]:
    """Return a lock's entries; each begins at the start of a line and goes on in lines that do not."""
    return re.split(r"(?m)^(?=[^\s#])", text)[1:]


def unhashed(text: str) -> list[str]:
    """Return the first lines of the entries that could be any file."""
    found = [entry for entry in entries(text) if not re.search(r"--hash=sha256:[0-9a-f]{64}\b", entry)]
    return [entry.splitlines()[0] for entry in found]


def pins(text: str) -> dict[str, set[Version]]:
    """Return the versions of each package; there are several where systems or Pythons differ."""
    found: dict[str, set[Version]] = {}
    for entry in entries(text):
        pinned = Requirement(entry.splitlines()[0].removesuffix("\\"))
        versions = {Version(specifier.version) for specifier in pinned.specifier}
        found.setdefault(canonicalize_name(pinned.name), set()).update(versions)
    return found


def direct_requirements(sources: list[str]) -> list[Requirement]:
    """Return what pyproject.toml asks for, with the extras that a lock is made with.

    Markers are left aside: whatever the system, a version in the lock has to be allowed.
    """
    extras = [sources[place + 1] for place, option in enumerate(sources) if option == "--extra"]
    texts = PROJECT["dependencies"] + [text for extra in extras for text in PROJECT["optional-dependencies"][extra]]
    return [Requirement(text) for text in texts]


def shown(versions: set[Version]) -> str:
    return ", ".join(map(str, sorted(versions))) or "nothing"


def not_allowed(requirements: list[Requirement], text: str) -> Iterator[str]:
    """Yield where a lock has no version, or another than a requirement allows."""
    locked = pins(text)
    for requirement in requirements:
        found = locked.get(canonicalize_name(requirement.name), set())
        if not found or not all(requirement.specifier.contains(version, prereleases=True) for version in found):
            yield f"{requirement} is wanted, and locked is {shown(found)}"


@pytest.mark.parametrize("name", lock.LOCKS)
def test_every_entry_of_a_lock_has_a_hash_and_none_an_address(name):
    text = (ROOT / name).read_text(encoding="utf-8")
    assert entries(text) and unhashed(text) == []
    assert "://" not in text


@pytest.mark.parametrize("name", OF_THE_COURSE)
def test_lock_has_what_the_course_asks_for(name):
    assert list(not_allowed(direct_requirements(lock.LOCKS[name]), (ROOT / name).read_text(encoding="utf-8"))) == []


def test_the_locks_of_the_course_are_all_read():
    assert len(OF_THE_COURSE) == 2
    assert direct_requirements(lock.LOCKS["requirements-gpu.lock"])[-1].extras == {"and-cuda"}


def test_each_requirement_names_its_lowest_version():  # which the audit `lowest` installs
    unbounded = [text for text in PROJECT["dependencies"] if not re.search(">=|==|~=", text.split(";")[0])]
    assert unbounded == []


@pytest.mark.parametrize("entry", ["scipy==1.17.0", "-e .", "scipy @ git+https://example.org/scipy"])
def test_entry_without_a_hash_is_found(entry):
    text = f"# by uv\nkeras==3.15.0 \\\n{HASH}{entry}\n    # via keras\nwheel==0.47.0 ; os_name == 'nt' \\\n{HASH}"
    assert unhashed(text) == [entry]
    assert unhashed(f"{entry} \\\n    --hash=md5:0\n") == [f"{entry} \\"]


@pytest.mark.parametrize(
    ("locked", "difference"),
    [
        ("scipy==1.16.9", "scipy~=1.17 is wanted, and locked is 1.16.9"),
        ("scipy==2.0.0", "scipy~=1.17 is wanted, and locked is 2.0.0"),
        ("keras==3.15.0", "scipy~=1.17 is wanted, and locked is nothing"),
    ],
)
def test_version_that_is_not_allowed_is_found(locked, difference):
    requirements = [Requirement("scipy~=1.17")]
    assert list(not_allowed(requirements, f"{locked} \\\n{HASH}")) == [difference]
    assert list(not_allowed(requirements, f"scipy==1.17.3 \\\n{HASH}")) == []
