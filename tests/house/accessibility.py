"""What a page must give to those who cannot see its figures or tell their colours apart, as far as a test can tell."""

import ast
import re
from collections.abc import Iterator

from IPython.core.inputtransformer2 import TransformerManager
from matplotlib.colors import to_rgb
from nbformat import NotebookNode

from course_lib.plots import COLOURS

# The least contrast that WCAG 2.2 asks for: of text (1.4.3), and of the lines of a drawing (1.4.11).
TEXT_CONTRAST, LINE_CONTRAST = 4.5, 3.0
COLOUR_ARGUMENTS = {"color", "colors", "c", "edgecolor", "edgecolors", "ec"}
TEXT_CALLS = {"text", "annotate", "figtext", "set_title", "set_xlabel", "set_ylabel", "suptitle", "bar_label"}
FENCE = re.compile(r"^```.*?^```", re.DOTALL | re.MULTILINE)
HEADING = re.compile(r"^(#{1,6}) +(\S.*)$", re.MULTILINE)
LINK = re.compile(r"(!?)\[([^\[\]]*)\]\([^()\s]+\)")
TABLE_HEADER = re.compile(r"^(\|.*)\n\|[-: |]+$", re.MULTILINE)
SAYS_NOTHING = {"here", "click here", "this", "link", "this link", "this page", "more", "read more", "see"}
FIGURE_ALT = range(40, 301)  # characters: a sentence or two
SHORTEST_FINDING = 20


def contrast(colour: str, ground: str = "white") -> float:
    """Return the contrast of two colours, from 1 to 21, as WCAG defines it."""
    dark, light = sorted(_luminance(one) for one in (colour, ground))
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    linear = (value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4 for value in to_rgb(colour))
    return sum(weight * value for weight, value in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def notebook_problems(notebook: NotebookNode) -> Iterator[str]:
    """Yield what stands in the way in a notebook: in its text, its figures, its colours."""
    text = "\n\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")
    yield from page_problems(text)
    for number, cell in enumerate(notebook.cells):
        if cell.cell_type == "code":
            yield from (f"{problem}: {cell.source[:60]!r}" for problem in colour_problems(cell.source))
            if any("image/png" in output.get("data", {}) for output in cell.outputs):
                yield from _figure_problems(cell, notebook.cells[number + 1 : number + 3])


def page_problems(text: str) -> Iterator[str]:
    """Yield what stands in the way in a page of Markdown: headings, links, pictures, tables."""
    text = FENCE.sub("", text)
    levels = [len(marks) for marks, _ in HEADING.findall(text)]
    if levels[:1] != [1] or levels.count(1) != 1:
        yield f"{levels.count(1)} headings of the first level; a page begins with its title and has no other"
    for (marks, title), before in zip(HEADING.findall(text)[1:], levels, strict=False):
        if len(marks) > before + 1:
            yield f"the heading {title!r} skips a level: a part without the whole that it is a part of"
    for picture, words in LINK.findall(text):
        if picture and len(words.strip()) < SHORTEST_FINDING:
            yield f"a picture without text, or with little: {words!r}"
        elif not picture and words.strip(" .`*").casefold() in SAYS_NOTHING | {""}:
            yield f"the link {words!r} does not say where it goes"
    for header in TABLE_HEADER.findall(text):
        if not all(column.strip() for column in header.strip().strip("|").split("|")):
            yield f"a table with a column that has no heading: {header}"


def _figure_problems(cell: NotebookNode, following: list[NotebookNode]) -> Iterator[str]:
    """Yield what a figure lacks; one code cell, of claims, may stand above the text."""
    alternative = cell.metadata.get("alt", "")
    if len(alternative) not in FIGURE_ALT or not re.fullmatch(r"[A-Z].*\.", alternative, re.DOTALL):
        yield f"a picture without `alt` metadata that say in a sentence or two what it shows: {alternative!r}"
    if re.match(r"(An?|The) (picture|image|figure|plot|chart) of\b", alternative):
        yield f"`alt` metadata that begin with what every reader knows: {alternative[:40]!r}"
    below = next((other.source for other in following if other.cell_type == "markdown"), "")
    paragraph = below.strip().split("\n\n")[0]
    if len(paragraph) < SHORTEST_FINDING or paragraph[0] in "#|<`":
        yield f"a figure without a sentence below it that says what it shows: {alternative[:60]!r}"


def colour_problems(source: str) -> Iterator[str]:
    """Yield the colours of lines and texts that are too pale on white, where the code names them."""
    for node in ast.walk(ast.parse(TransformerManager().transform_cell(source))):
        if isinstance(node, ast.Call):
            least = TEXT_CONTRAST if ast.unparse(node.func).split(".")[-1] in TEXT_CALLS else LINE_CONTRAST
            for keyword in node.keywords:
                colour = _colour(keyword.value) if keyword.arg in COLOUR_ARGUMENTS else None
                if colour and contrast(colour) < least:
                    yield f"the colour {ast.unparse(keyword.value)} has contrast {contrast(colour):.1f}, not {least}"


def _colour(node: ast.expr) -> str | None:
    """Return the colour that an argument names, as a constant or by its number in the palette."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    match = re.fullmatch(r"(?:plots\.)?COLOURS\[(\d)\]", ast.unparse(node))
    return COLOURS[int(match.group(1))] if match else None
