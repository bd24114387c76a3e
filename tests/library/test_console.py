"""What is printed arrives, whatever the console can show, and never raises."""

import io
import subprocess
import sys

import pytest

from course_lib import machine
from course_lib.callbacks import LiveCurves
from course_lib.checks import Case, Exercise, compare_guess, expect, shows_error
from course_lib.console import overheard, say

EXERCISE = Exercise(hint="Multiply, 中 times.", cases=[Case((2,), 4, "Twice two is four: 2 · 2 = 4.")])


def console(encoding, errors="strict"):
    return io.TextIOWrapper(io.BytesIO(), encoding=encoding, errors=errors, newline="\n")


def shown(stream):
    stream.flush()
    return stream.buffer.getvalue().decode(stream.encoding)


# Consoles without the signs of the course, or without some of them.
POOR = pytest.mark.parametrize("encoding", ["cp1252", "ascii", "cp932", "koi8-r", "latin-1"])


def prints_and_halves(number):
    print("½ of 中:", end="")
    return number / 2


@POOR
def test_replies_arrive_where_signs_are_missing(encoding, monkeypatch):
    poor = console(encoding)
    monkeypatch.setattr("sys.stdout", poor)
    EXERCISE.check(lambda number: 4)
    EXERCISE.check(...)
    EXERCISE.check(prints_and_halves)
    EXERCISE.verify_solution(lambda number: print("✓ 中") or 4)
    lines = shown(poor).splitlines()
    assert lines[0] in ("OK right", "✓ right")
    assert lines[1].startswith(("o open - Multiply", "○ open - Multiply"))
    assert lines[3].startswith(("X not yet - with the arguments (2) your function gives 1, ", "✗ not yet - with"))
    assert lines[-1] == "solution verified" and len(lines) == 6


@POOR
def test_claims_guesses_planned_errors_and_the_machine_arrive_where_signs_are_missing(encoding, monkeypatch):
    poor = console(encoding)
    monkeypatch.setattr("sys.stdout", poor)
    expect("accuracy ≥ 中", 0.5, at_least=0.4)
    compare_guess("中", "the ½")
    compare_guess("中", 0.5)
    with shows_error(ValueError, "中"):
        raise ValueError("no 中")
    monkeypatch.setattr(machine, "_data", lambda: [machine._Finding(False, "data/中 is missing")])
    machine.inspect_machine(0.1)
    text = shown(poor)
    assert text.startswith(("OK accuracy", "✓ accuracy")) and "(at least 0.4)\nyour guess: " in text
    assert ("X data/" in text or "✗ data/" in text) and "(as planned): no " in text


@POOR
def test_a_training_goes_on_where_the_name_of_a_metric_cannot_be_shown(encoding, monkeypatch):
    poor, live = console(encoding), LiveCurves()
    monkeypatch.setattr("sys.stdout", poor)
    live.set_params({"epochs": 1})
    live.on_train_begin()
    live.on_epoch_end(0, {"대략": 0.5})
    assert shown(poor).startswith("epoch 1 of 1") and "?? 0.5" in shown(poor)


def test_a_console_with_all_signs_shows_them(monkeypatch):
    monkeypatch.setattr("sys.stdout", console("utf-8"))
    say("✓ ✗ ○ 中 \ud83d")
    assert shown(sys.stdout) == "✓ ✗ ○ 中 ?\n"


def test_what_a_person_has_chosen_for_missing_signs_is_kept(monkeypatch):
    monkeypatch.setattr("sys.stdout", console("ascii", "backslashreplace"))
    say("✓ 中")
    assert shown(sys.stdout) == "\\u2713 \\u4e2d\n"


def closed():
    stream = console("utf-8")
    stream.close()
    return stream


class Full(io.StringIO):
    def write(self, text):
        raise OSError(28, "No space left on device")


@pytest.mark.parametrize("stream", [None, closed(), Full()], ids=["none", "closed", "full"])
def test_where_nothing_can_be_printed_nothing_fails_but_a_claim_that_does_not_hold(stream, monkeypatch):
    monkeypatch.setattr("sys.stdout", stream)
    expect("it holds", True)
    compare_guess(..., 0.5)
    machine.inspect_machine(0.1)
    for answer in (..., lambda number: 4, lambda number: 5, lambda number: print(number), lambda number: None):
        EXERCISE.check(answer)
    EXERCISE.verify_solution(lambda number: print("four") or 4)
    with shows_error(ValueError, "a"):
        raise ValueError("a")
    with pytest.raises(AssertionError, match="does not hold"):
        expect("it holds", False)
    with pytest.raises(AssertionError, match="Twice two"):
        EXERCISE.verify_solution(lambda number: 5)


@pytest.mark.parametrize(
    ("printed", "end", "text"),
    [
        (lambda: None, "", ""),
        (lambda: print("a"), "\n", "a\n"),
        (lambda: print("a", end=""), "a", "a\n"),
        (lambda: print("a\n", "", sep="", end=""), "\n", "a\n"),
    ],
)
def test_code_is_overheard_and_its_last_line_ended(printed, end, text, capsys):
    with overheard() as heard:
        printed()
        assert sys.stdout.encoding.lower() == "utf-8" and not sys.stdout.isatty()  # as of the stream itself
    assert (heard.end, capsys.readouterr().out) == (end, text)


def test_a_line_is_ended_where_code_fails_too(capsys):
    with pytest.raises(KeyError), overheard():
        print("a", end="")
        raise KeyError
    assert capsys.readouterr().out == "a\n"


@pytest.mark.parametrize("encoding", ["cp1252", "ascii"])
def test_a_real_console_of_another_encoding(encoding):
    code = "from course_lib.checks import *; expect('c', True); Exercise('h', [Case(None, 1, 'x')]).check(...)"
    environment = {"PYTHONIOENCODING": encoding, "PYTHONPATH": ":".join(sys.path)}
    result = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, timeout=60)
    assert result.stdout.split() == [b"OK", b"c", b"o", b"open", b"-", b"h"], result.stderr


def test_several_lines_written_at_once_are_overheard(capsys):
    with overheard() as heard:
        sys.stdout.writelines(["a line\n", "half a line"])
    say("next")
    assert heard.end == "e"
    assert capsys.readouterr().out == "a line\nhalf a line\nnext\n"
