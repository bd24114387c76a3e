"""`make audit`: it lists the audits and runs the one that is named, in its own environment, on the chapters named."""

import re
import sys
from pathlib import Path

import pytest

import audits.__main__ as audits
import chapters

PATHS = ("audits/", "tests/", "tools/", "docs/", "requirements")  # how paths of the course begin


@pytest.fixture
def calls(monkeypatch):
    """Run nothing: a list of the commands that would have run."""
    commands = []
    monkeypatch.setattr(audits, "call", lambda *command: commands.append([str(part) for part in command]) or 0)
    monkeypatch.setattr(audits.lock, "resolve", lambda locks: commands.append(["resolve", *locks]))
    monkeypatch.setattr(audits.shutil, "which", lambda program: program)
    return commands


def run(monkeypatch, *words):
    monkeypatch.setattr(sys, "argv", ["audits", *words])
    return audits.main()


@pytest.mark.parametrize("name", audits.AUDITS)
def test_an_audit_starts_files_that_exist_with_a_python_that_it_has_made(name, calls, monkeypatch):
    assert run(monkeypatch, name, "02", "06") == 0
    made = [command[3] for command in calls if "tools/environment.py" in command]
    last = calls[-1]
    assert Path(next(part for part in last if part.endswith(("python", "python.exe")))).parents[1].name in made
    for part in [part for command in calls for part in command]:
        assert not part.startswith(PATHS) or (audits.ROOT / part).exists(), part
    assert name == "inputs" or last[-2:] == ["02", "06"] or last[last.index("-k") + 1] == "02_ or 06_"


def test_an_environment_is_made_of_its_own_lock(calls, monkeypatch):
    for name in ("browser", "lowest", "python"):
        run(monkeypatch, name)
    made = {command[3]: command[5] for command in calls if "tools/environment.py" in command}
    assert made == {
        ".venv": audits.environment.default_lock(),
        ".venv-site": "docs/requirements.lock",
        ".venv-browser": "audits/browser/requirements.lock",
        ".venv-lowest": "build/lowest.lock",
        ".venv-python{}.{}".format(*sys.version_info): audits.environment.default_lock(),
    }
    assert ["resolve", "build/lowest.lock"] in calls and "lowest-direct" in audits.lock.LOWEST


def test_an_environment_that_cannot_be_made_ends_the_audit(monkeypatch):
    monkeypatch.setattr(audits, "call", lambda *command: 1)
    with pytest.raises(SystemExit):
        run(monkeypatch, "seeds")


def test_the_list_names_each_audit_with_its_time_and_what_it_shows(monkeypatch, capsys):
    assert run(monkeypatch) == 0
    printed = capsys.readouterr().out
    for name, audit in audits.AUDITS.items():
        assert re.search(rf"^{name} +{audit.time} +{re.escape(audit.shows)}$", printed, re.MULTILINE)
    assert run(monkeypatch, "sedes") == "error: there is no audit 'sedes'"


def test_contributing_shows_the_same_list():
    text = (chapters.ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `([a-z-]+)` \| (.+) \| (.+) \|$", text[text.index("## Audits") :], re.MULTILINE)
    assert rows == [(name, audit.shows, audit.time) for name, audit in audits.AUDITS.items()]
