"""What the audit `again` finds: cells that raise, or compare a guess with another number, when they are run again."""

from nbformat import v4

import again

REUSED_NAME = [
    "def expect(claim, value): assert value\ndef compare_guess(guess, measured): print(measured)",
    "w = 2",
    "expect('w is two', w == 2)",
    "compare_guess(3, w)",
    "total = 0",
    "total = total + w\nexpect('a sum of two', total == 2)",
    "steps = [1]\nexpect('a list', steps.pop() == 1)",
    "expect('never asked for again', True)\nw = 5",
]


def test_cells_that_cannot_be_run_again_are_found(tmp_path):
    notebook = v4.new_notebook(cells=[v4.new_code_cell(source) for source in REUSED_NAME])
    assert list(again.run_again(notebook, tmp_path)) == [
        "  cell 2: AssertionError: ",
        "  cell 3: printed '2\\n', and now '5\\n'",
        "  cell 5: AssertionError: ",
    ]
