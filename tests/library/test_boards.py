"""TensorBoard in this process: it answers with the runs of a folder, and no process is left."""

import http.client
from urllib.parse import urlsplit

import psutil
import pytest
import tensorflow as tf

from course_lib.boards import open_board


@pytest.fixture
def logs(tmp_path):
    for run, slope in {"steep": 2.0, "flat": 0.5}.items():
        with tf.summary.create_file_writer(str(tmp_path / run)).as_default():
            for step in range(3):
                tf.summary.scalar("height", slope * step, step=step)
    return tmp_path


def test_board_lists_the_runs_and_serves_page_and_numbers(logs):
    before = psutil.Process().children(recursive=True)
    address, runs = open_board(logs)
    assert runs == ["flat", "steep"]
    assert urlsplit(address).hostname == "127.0.0.1"
    connection = http.client.HTTPConnection(urlsplit(address).netloc, timeout=30)
    connection.request("GET", "/data/plugin/scalars/scalars?tag=height&run=steep")
    assert b"4.0" in connection.getresponse().read()
    connection.request("GET", "/")
    assert b"TensorBoard" in connection.getresponse().read()
    assert psutil.Process().children(recursive=True) == before


def test_an_empty_folder_has_no_runs(tmp_path):
    assert open_board(tmp_path)[1] == []


def test_a_folder_that_does_not_exist_is_named():
    with pytest.raises(FileNotFoundError, match="no such folder"):
        open_board("no such folder")
