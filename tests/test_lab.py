"""What `make lab` starts: JupyterLab in the learner's folder, with the start page open the first time."""

import pytest

import lab
import workbook


@pytest.fixture
def started(tmp_path, monkeypatch):
    """Start the lab in an empty folder, without JupyterLab; return a function that gives its arguments."""
    commands = []
    monkeypatch.setattr(workbook, "WORKBOOK", tmp_path / "workbook")
    monkeypatch.setattr(lab.sys, "prefix", str(tmp_path))
    monkeypatch.setattr(lab.subprocess, "call", lambda command, **options: commands.append(command) or 0)

    def start():
        with pytest.raises(SystemExit):
            lab.main()
        return commands[-1]

    return start


def test_start_page_opens_the_first_time_and_never_again(started):
    start_page = "--LabApp.default_url=/lab/tree/00_start_here.ipynb"
    assert start_page in started()
    assert (workbook.WORKBOOK / "00_start_here.ipynb").is_file()
    assert start_page not in started()


def test_lab_shows_the_workbook_to_this_machine_only(started):
    command = started()
    assert f"--ServerApp.root_dir={workbook.WORKBOOK}" in command
    assert "--ServerApp.ip=127.0.0.1" in command
