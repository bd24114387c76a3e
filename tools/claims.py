"""The claims that a chapter printed: what was claimed, the measured number, and its bounds."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from nbformat import NotebookNode

import chapters

NUMBER = r"(?:-?\d+(?:\.\d+)?(?:e[+-]?\d+)?|-?inf|nan)"
BOUNDED = re.compile(
    rf"✓ (?P<claim>.+): (?P<measured>{NUMBER}) "
    rf"\((?:at least (?P<at_least>{NUMBER}))?(?: and )?(?:at most (?P<at_most>{NUMBER}))?\)"
)
EXACT = re.compile(rf"✓ (?P<claim>.+): equals (?P<measured>{NUMBER})")
# For nbval's option --nbval-sanitize-with: what it compares without the measured numbers.
SANITISING = chapters.ROOT / "tests" / "house" / "measured_numbers.cfg"


@dataclass(frozen=True)
class Claim:
    """A claim with a number, as `expect` printed it.

    Attributes:
        claim: what is claimed.
        measured: the number as it was printed, or the one allowed value of a claim with `equals`.
        at_least: lower bound, or `None`.
        at_most: upper bound, or `None`.
    """

    claim: str
    measured: str
    at_least: float | None = None
    at_most: float | None = None

    @property
    def holds(self) -> bool:
        """Tell whether the printed number lies within the printed bounds."""
        number = float(self.measured)
        return (self.at_least is None or number >= self.at_least) and (self.at_most is None or number <= self.at_most)


def parsed(line: str) -> Claim | None:
    """Return the claim in a printed line; `None` where the line holds no claim with a number."""
    if match := EXACT.fullmatch(line):
        return Claim(**match.groupdict())
    match = BOUNDED.fullmatch(line)
    if not match or match["at_least"] is match["at_most"] is None:
        return None
    bounds = {name: match[name] and float(match[name]) for name in ("at_least", "at_most")}
    return Claim(match["claim"], match["measured"], **bounds)


def printed(cell: NotebookNode) -> Iterator[Claim]:
    """Yield the claims with numbers in a code cell's outputs, in order."""
    for output in cell.get("outputs", []):
        for line in output.get("text", "").splitlines() if output.output_type == "stream" else []:
            if claim := parsed(line):
                yield claim


def by_name(notebook: NotebookNode) -> dict[str, float]:
    """Return what a chapter measured, by its claims with numbers; of two claims of one name, the last."""
    return {claim.claim: float(claim.measured) for cell in notebook.cells for claim in printed(cell)}
