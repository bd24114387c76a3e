"""What a chapter says in numbers: each one that it prints holds its bound, and each one in its prose was measured."""

import ast
import math
import re
from collections.abc import Iterator
from pathlib import Path

from IPython.core.inputtransformer2 import TransformerManager
from nbformat import NotebookNode

import chapters
import claims
import notebooks

DIGITS = 3  # what a number measured once carries, where `expect` is not told of how many examples it is a share
LARGEST_COUNT = 12
YEARS = range(1900, 2100)
WRITTEN = r"(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?(?:e[+-]?\d+)?"
# A number in prose; not a part of a name such as CIFAR-10, L2, 05b or block11.
IN_PROSE = re.compile(rf"(?<![\w.,])(?<![A-Za-z]-){WRITTEN}(?![\w])(?!\.\d)")
IN_OUTPUT = re.compile(r"(?<![\w.])" + WRITTEN)
MILLION = re.compile(r"\s+millions?\b")
# A sentence that cites a paper or links to a page may tell of numbers that are measured there.
END_OF_SENTENCE = re.compile(r"(?<!al)[.!?](?=\s)|\n\s*\n|\n(?=[-*|#]|\d+\. )")
CHAPTERS = {path.stem.split("_")[0] for path in chapters.chapter_files()}
CITATION = re.compile(r"\([^()]*\b(?:19|20)\d\d\)|\]\(https?:")
# What is not prose: a chapter's own number in its title, tasks of exercises, references, folded answers, code,
# formulas, comments with their tables.
NO_PROSE = (
    re.compile(r"\A# \d+(?= )"),
    re.compile(r"^## (?:\d+\. )?(?:Exercise|Reference).*?(?=^## |\Z)", re.DOTALL | re.MULTILINE),
    re.compile(r"^### References?\b.*?(?=^## |\Z)", re.DOTALL | re.MULTILINE),
    re.compile(r"<details>.*?</details>", re.DOTALL),
    re.compile(r"```.*?```", re.DOTALL),
    re.compile(r"`[^`\n]*`"),
    re.compile(r"\$\$.*?\$\$", re.DOTALL),
    re.compile(r"\$[^$]*\$"),
    re.compile(r"<!--.*?(?=^## |\Z)", re.DOTALL | re.MULTILINE),
    notebooks.NEEDS,
)

UNSUPPORTED = (
    "no code and no output of this chapter holds it, nor a number that it rounds; expect it, print it, or correct it"
)


def problems(path: Path) -> list[str]:
    """Return one line for each number of a chapter that is not what it should be; cells are counted as nbval does."""
    notebook = chapters.read(path)
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    found = [f"cell {number}: {problem}" for number, cell in enumerate(code) for problem in claim_problems(cell)]
    found += guess_problems(code)
    found += [f"{number} in the text {place!r}: {UNSUPPORTED}" for number, place in unsupported(notebook)]
    return [*found, *needs_problems(notebook)]


def claim_problems(cell: NotebookNode) -> Iterator[str]:
    """Yield what is wrong with the claims that a code cell has printed."""
    shares = [_pattern(call.args[0]) for call in _calls(cell.source, "expect") if _argument(call, "of")]
    for claim in claims.printed(cell):
        if not claim.holds:
            yield f"the stored number does not hold its bound: {claim}"
        elif _shows_too_much(claim) and not any(re.fullmatch(share, claim.claim) for share in shares):
            yield (
                f"{claim.claim}: {claim.measured} shows more than {DIGITS} digits; a share says of how many examples, "
                "expect(..., of=len(labels))"
            )


def _shows_too_much(claim: claims.Claim) -> bool:
    """Tell whether fewer digits would do: the number is not a count, and rounded it is still within bounds."""
    if claim.at_least is claim.at_most is None or re.fullmatch(r"-?\d+|-?inf|nan", claim.measured):
        return False
    fewer = max(DIGITS, len(re.sub(r"e.*|^-?0*\.?0*|\D", "", claim.measured)) - 1)
    rounded = claims.Claim(claim.claim, f"{float(claim.measured):.{fewer}g}", claim.at_least, claim.at_most)
    return float(rounded.measured) != float(claim.measured) and rounded.holds


def guess_problems(code: list[NotebookNode]) -> Iterator[str]:
    """Yield the calls of `compare_guess` whose outcome was typed in, there or where the name it stands for is set."""
    trees = [_tree(cell.source) for cell in code]
    assigned = [node for tree in trees for node in ast.walk(tree) if isinstance(node, ast.Assign)]
    for number, cell in enumerate(code):
        for call in _calls(cell.source, "compare_guess"):
            outcome = call.args[1] if len(call.args) > 1 else _argument(call, "measured")
            if outcome is None:
                continue  # Python says so
            sources = [outcome]
            if isinstance(outcome, ast.Name):
                sources = [node.value for node in assigned if outcome.id in map(ast.unparse, node.targets)] or [outcome]
            if all(_typed_in(source) for source in sources):
                yield f"cell {number}: compare_guess({ast.unparse(outcome)}): the outcome is typed in; compute it"


def _typed_in(value: ast.expr) -> bool:
    """Tell whether a value depends on nothing that was computed."""
    return not any(isinstance(node, ast.Name) for node in ast.walk(value))


def unsupported(notebook: NotebookNode) -> Iterator[tuple[str, str]]:
    """Yield each number in the prose that nothing in the chapter holds, with its sentence.

    Small counts, years, chapters and what a cited paper says need no support. A number is supported by the same number
    in the code or in an output, and by a measured one that it rounds, to the digits that it shows, also as percent.
    """
    constants, measured = _constants(notebook), _measured(notebook)
    for sentence in END_OF_SENTENCE.split(prose(notebook)):
        for match in [] if CITATION.search(sentence) else IN_PROSE.finditer(sentence):
            scale = 1e6 if MILLION.match(sentence, match.end()) else 1
            if match.group() in CHAPTERS and "hapter" in sentence:
                continue
            if not _is_supported(match.group().replace(",", ""), scale, constants, measured):
                yield match.group(), " ".join(sentence.split())


def prose(notebook: NotebookNode) -> str:
    """Return the text of a chapter without what is not prose."""
    text = "\n\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")
    for pattern in NO_PROSE:
        text = pattern.sub(" ", text)
    return text


def _is_supported(number: str, scale: float, constants: set[float], measured: set[float]) -> bool:
    if number.isdigit() and (int(number) <= LARGEST_COUNT or int(number) in YEARS):
        return True
    value = float(number)
    if any(math.isclose(value * scale, factor * one) for one in constants | measured for factor in (1, 100)):
        return True
    significant = re.sub(r"e.*", "", number).replace(".", "").lstrip("0")
    digits = max(2, len(significant if "." in number else significant.rstrip("0")))
    return any(float(f"{factor * one / scale:.{digits}g}") == value for one in measured for factor in (1, 100))


def _constants(notebook: NotebookNode) -> set[float]:
    trees = [_tree(cell.source) for cell in notebook.cells if cell.cell_type == "code"]
    nodes = [node for tree in trees for node in ast.walk(tree) if isinstance(node, ast.Constant)]
    return {float(node.value) for node in nodes if isinstance(node.value, int | float) and abs(node.value) < 1e300}


def _measured(notebook: NotebookNode) -> set[float]:
    found = set()
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            text = output.get("text", "") + str(output.get("data", {}).get("text/plain", ""))
            found |= {float(number.replace(",", "")) for number in IN_OUTPUT.findall(text)}
    return found


def needs_problems(notebook: NotebookNode) -> Iterator[str]:
    """Yield whether metadata, text and code disagree on seconds and memory."""
    if not notebooks.agrees(notebook):
        course = notebook.metadata.course
        yield (
            f"the metadata state {course.seconds} s and {course.memory_gb} GB, and the **Needs** line or needs_gb= "
            "another number; run: make notebooks"
        )


def _tree(source: str) -> ast.Module:
    return ast.parse(TransformerManager().transform_cell(source))  # with magics it is not Python before


def _calls(source: str, name: str) -> list[ast.Call]:
    nodes = [node for node in ast.walk(_tree(source)) if isinstance(node, ast.Call)]
    return [node for node in nodes if ast.unparse(node.func).split(".")[-1] == name]


def _argument(call: ast.Call, name: str) -> ast.expr | None:
    return next((keyword.value for keyword in call.keywords if keyword.arg == name), None)


def _pattern(text: ast.expr) -> str:
    """Return a pattern of the texts that a literal or an f-string can be."""
    parts = text.values if isinstance(text, ast.JoinedStr) else [text]
    return "".join(re.escape(part.value) if isinstance(part, ast.Constant) else ".*" for part in parts)
