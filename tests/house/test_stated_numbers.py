"""The numbers that a chapter states are those that it measured, and each rule rejects the number it is for."""

import pytest
from nbformat import v4

import chapters
import claims
import notebooks
import readme
import stated_numbers

CHAPTERS = chapters.chapter_files()


def code(source, printed=""):
    outputs = [v4.new_output("stream", text=printed)] if printed else []
    return v4.new_code_cell(source, outputs=outputs, execution_count=1)


@pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.stem)
def test_chapter_states_what_it_measured(path):
    found = stated_numbers.problems(path)
    assert not found, "\n".join([f"edit notebooks/{path.name}:", *found])


@pytest.mark.parametrize(
    ("line", "claim"),
    [
        ("✓ error: 0.5 (at most 0.6)", claims.Claim("error", "0.5", None, 0.6)),
        ("✓ h = 1e-2: times: -812 (at least -1e+03)", claims.Claim("h = 1e-2: times", "-812", -1000, None)),
        ("✓ a (b): 1e-07 (at least 0.0 and at most 1)", claims.Claim("a (b)", "1e-07", 0, 1)),
        ("✓ parameters: equals 25690", claims.Claim("parameters", "25690")),
        ("✓ it holds", None),
        ("✓ a: equals falls", None),
        ("error: 0.5 (at most 0.6)", None),
        ("✓ a: 0.5 ()", None),
    ],
)
def test_a_printed_line_is_read_as_a_claim(line, claim):
    assert claims.parsed(line) == claim


TRAPS = {
    "number outside its bound": (code("expect('a', x, at_least=0.9)", "✓ a: 0.893 (at least 0.9)\n"), "hold its bound"),
    "number above its bound": (code("expect('a', x, at_most=1)", "✓ a: 1.01 (at most 1)\n"), "hold its bound"),
    "no number": (code("expect('a', x, at_most=1)", "✓ a: nan (at most 1)\n"), "hold its bound"),
    "too many digits": (code("expect('a', x, at_least=0.9)", "✓ a: 0.9934 (at least 0.9)\n"), "more than 3 digits"),
    "too many digits of a small number": (
        code("expect('a', x, at_most=1)", "✓ a: 1.234e-07 (at most 1)\n"),
        "more than 3 digits",
    ),
    "a share, but of another claim": (
        code("expect('b', y, at_least=0.9, of=100)\nexpect('a', x, at_least=0.9)", "✓ a: 0.9934 (at least 0.9)\n"),
        "more than 3 digits",
    ),
    "more digits than the bound asks for": (
        code("expect('a', x, at_least=0.99)", "✓ a: 0.98999 (at least 0.9895)\n"),
        "more than 3 digits",
    ),
    "typed-in word": (code("compare_guess(my_guess, 'the CNN')"), "typed in"),
    "typed-in word by name": (code("compare_guess(guess=my_guess, measured='the CNN')"), "typed in"),
    "typed-in number": (code("compare_guess(my_guess, -0.5)"), "typed in"),
    "typed-in condition": (code("compare_guess(my_guess, 'a' if 1 > 0 else 'b')"), "typed in"),
    "typed-in text with a number": (code("compare_guess(my_guess, f'{97} %')"), "typed in"),
    "typed-in variable": (code("winner = 'CNN'\ncompare_guess(my_guess, winner)"), "typed in"),
}
HARMLESS = {
    "bound": code("expect('a', x, at_least=0.99)", "✓ a: 0.99 (at least 0.99)\n"),
    "three digits": code("expect('a', x, at_least=0.99)", "✓ a: 0.993 (at least 0.99)\n"),
    "whole number": code("expect('a', x, at_least=1)", "✓ a: 25690 (at least 1)\n"),
    "share": code("expect('a', x, at_least=0.99, of=len(y))", "✓ a: 0.9934 (at least 0.99)\n"),
    "share in a claim with a name": code(
        "expect(f'accuracy of {name}', x, at_least=0.99, of=100)", "✓ accuracy of (b): 0.9934 (at least 0.99)\n"
    ),
    "three digits would seem to miss the bound": code(
        "expect('a', x, at_least=0.9902)", "✓ a: 0.9904 (at least 0.9902)\n"
    ),
    "exact": code("expect('a', x, equals=0.11351)", "✓ a: equals 0.11351\n"),
    "computed word": code("compare_guess(my_guess, 'CNN' if cnn > dense else 'dense')"),
    "computed number": code("compare_guess(my_guess, 100 * lost)"),
    "computed variable": code("winner = max(found)\ncompare_guess(my_guess, winner)"),
    "variable set in another way": code("for winner in found:\n    compare_guess(my_guess, winner)"),
}


def found_in(cell):
    return [*stated_numbers.claim_problems(cell), *stated_numbers.guess_problems([cell])]


@pytest.mark.parametrize("trap", TRAPS)
def test_trap_is_rejected(trap):
    cell, message = TRAPS[trap]
    assert any(message in problem for problem in found_in(cell)), found_in(cell)


@pytest.mark.parametrize("name", HARMLESS)
def test_what_is_allowed_passes(name):
    assert found_in(HARMLESS[name]) == []


COMPUTED = code(
    "rate, widths = 0.25, 1_500",
    "✓ accuracy: 0.9734 (at least 0.97)\n✓ parameters: equals 25690\n4694024 weights, 54,000 pictures, 22027 times\n",
)


@pytest.mark.parametrize(
    ("text", "listed"),
    [
        ("It reads 99.9 % of digits.", ["99.9"]),
        ("It has 5,000 parameters, and 13 layers.", ["5,000", "13"]),
        ("It reads 97.35 %.", ["97.35"]),
        ("A table\n\n| a | 0.31 |", ["0.31"]),
        ("Some 4.8 million weights.", ["4.8"]),
        ("By chapter 98.", ["98"]),
        ("# 98 Layers: 61 of them\n\n# 62 layers", ["61", "62"]),
        ("- as Tan & Le (2019) found\n- 0.31 of them", ["0.31"]),
        ("## References\n\nLeCun, 14(3), 77\n\n## Then\n\n0.71", ["0.71"]),
        ("Three, 12 and 0 layers; 97.3 %, 97 %, 0.973 and 0.97 of them; 25,690 parameters in 2019.", []),
        ("At rate 0.25, or 25 %, with 1,500 units and 54,000 pictures: 4.7 million weights, some 22,000 times.", []),
        ("CIFAR-10, L2, float64 in `x = 77`, $x = 78$, $$y = 79$$ and\n```\n80\n```", []),
        ("<details><summary>1. Why?</summary>\n\n0.016\n</details>", []),
        ("They reached 76.3 % (Tan & Le, 2019), others [77.1 %](https://example.org).", []),
        ("## Exercises\n\n### Exercise 1\n\nReach 98.5 %.", []),
        ("### References\n\nLeCun (1998), 86(11), 2278–2324.", []),
        ("**Needs** about 80 seconds on two CPU cores, 1.8 GB of memory, and MNIST.", []),
    ],
)
def test_numbers_in_prose_that_nothing_supports_are_listed(text, listed):
    notebook = v4.new_notebook(cells=[v4.new_markdown_cell(text), COMPUTED])
    assert [number for number, _ in stated_numbers.unsupported(notebook)] == listed


def planted(change):
    """Return a chapter as it should be, but for what `change` has planted."""
    needs = "**Needs** about 80 seconds on two CPU cores, 1.8 GB of memory, and MNIST."
    claimed = code("expect(...)", "✓ test accuracy: 0.9934 (at least 0.99)\n✓ its parameters: equals 25690\n")
    cells = [v4.new_markdown_cell(needs), code("runtime.start(seed=0, needs_gb=1.8)"), claimed]
    course = {"title": "Planted", "seconds": 80, "memory_gb": 1.8, "result": "a network"}
    notebook = v4.new_notebook(cells=cells, metadata={"course": course})
    change(notebook)
    return notebook


def in_cells(old, new):
    def change(notebook):
        assert any(old in cell.source for cell in notebook.cells)
        for cell in notebook.cells:
            cell.source = cell.source.replace(old, new)

    return change


@pytest.mark.parametrize(
    "change",
    [
        lambda notebook: notebook.metadata.course.update(seconds=5),
        lambda notebook: notebook.metadata.course.update(memory_gb=18),
        in_cells("**Needs** about ", "**Needs** about 9"),
        in_cells(" GB of memory", "1 GB of memory"),
        in_cells("needs_gb=", "needs_gb=1"),
    ],
)
def test_text_code_and_metadata_that_disagree_on_the_needs_are_found(change):
    assert notebooks.agrees(planted(lambda notebook: None))
    assert not notebooks.agrees(planted(change))
    assert [*stated_numbers.needs_problems(planted(change))]


def test_a_chapter_that_does_not_state_its_needs_is_told_how():
    with pytest.raises(ValueError, match=r"\*\*Needs\*\* about 80 seconds"):
        notebooks.state_needs(planted(in_cells("**Needs**", "Needs")), 80, 1.8)


def test_what_a_run_needed_is_written_everywhere():
    notebook = planted(lambda notebook: notebooks.state_needs(notebook, 95, 2.25))
    text = "\n".join(cell.source for cell in notebook.cells)
    assert "**Needs** about 95 seconds on two CPU cores, 2.25 GB of memory" in text and "needs_gb=2.25)" in text
    assert notebook.metadata.course.seconds == 95 and notebook.metadata.course.memory_gb == 2.25
    assert notebooks.agrees(notebook)


@pytest.mark.parametrize(
    ("measured", "stated", "expected"),
    [(31, 30, 30), (24.1, 30, 30), (37, 30, 40), (23, 30, 25), (61, 30, 70), (58, 80, 60), (71, 30, 80), (99, 80, 100)],
)
def test_stated_seconds_stay_where_they_are_near(measured, stated, expected):
    assert notebooks.stated_seconds(measured, stated) == expected


@pytest.mark.parametrize(
    ("peak", "stated", "expected"), [(1.19, 1.3, 1.3), (1.28, 1.3, 1.4), (1.31, 1.3, 1.5), (0.9, 1.3, 1.0)]
)
def test_stated_memory_stays_where_it_is_near_and_above(peak, stated, expected):
    assert notebooks.stated_memory_gb(peak, stated) == expected


def result_of(template):
    return readme.result(CHAPTERS[0], planted(lambda notebook: notebook.metadata.course.update(result=template)))


def test_a_result_is_filled_with_what_was_measured():
    shown = result_of("{its parameters:,.0f} parameters, {test accuracy:.0%} of digits")
    assert shown == "25,690 parameters, 99 % of digits"


@pytest.mark.parametrize(
    ("template", "message"),
    [
        ("99.9 % with 5 parameters", f"^notebooks/{CHAPTERS[0].name}: in .* write each number as the claim"),
        ("{test accuracy:.1%} with 5 parameters", "write each number as the claim"),
        (
            "{accuracy of another network:.1%}",
            f"^notebooks/{CHAPTERS[0].name}: no claim 'accuracy of another network'(?s:.*)test accuracy",
        ),
        ("{test accuracy}", "with a format"),
    ],
)
def test_a_result_with_another_number_is_refused(template, message):
    with pytest.raises(ValueError, match=message):
        result_of(template)
