"""The table of benchmarks that README shows, from results.json."""

from pathlib import Path
from statistics import mean, median, stdev
from typing import Any

from benchmarks import results

README = Path(__file__).resolve().parent.parent / "README.md"
START, END = "<!-- benchmarks: written by `make bench` -->\n", "<!-- end of benchmarks -->\n"
COLUMNS = ("Job", "Ours", "The recipe to beat", "Share of its time", "Lead in points (paired)", "Target")


def table() -> str:
    """Return all results as Markdown: for each device a table, a row a job, and what the two sides do not share."""
    heading = f"| {' | '.join(COLUMNS)} |\n|{'---|' * len(COLUMNS)}\n"
    return "\n".join(
        f"On {device}:\n\n{heading}{''.join(map(row, jobs.values()))}\n{''.join(map(difference, jobs.values()))}"
        for device, jobs in results.stored().items()
    )


def difference(job: dict[str, Any]) -> str:
    """Return a line that says what the sides of a job do not share, or nothing."""
    return f"- *{job['title']}*: {job['differs']}\n" if job["differs"] else ""


def with_table(text: str) -> str:
    """Return README's text with the present table."""
    before, rest = text.split(START)
    return before + START + "\n" + table() + "\n" + END + rest.split(END)[1]


def row(job: dict[str, Any]) -> str:
    """Return the row of one job."""
    ours, theirs = job["ours"], job["theirs"]
    cells = (job["title"], _side(ours), _side(theirs), _share(ours, theirs), _lead(ours, theirs), job["target"])
    return f"| {' | '.join(cells)} |\n"


def lead(
    ours: list[dict[str, Any]], theirs: list[dict[str, Any]], measure: str = "accuracy", scale: float = 100
) -> tuple[float, float]:
    """Return the mean difference of a measure, seed by seed, and its standard error; of accuracies, in points."""
    pairs = zip(ours, theirs, strict=True)
    differences = [scale * (one[measure] - other[measure]) for one, other in pairs]
    return mean(differences), stdev(differences) / len(differences) ** 0.5


def _side(runs: list[dict[str, Any]]) -> str:
    if not runs:
        return "-"
    seconds = [run["seconds"] for run in runs]
    parts = [f"{median(seconds):.3g} s"]
    if len(runs) > 1:
        parts[0] += f" ({min(seconds):.3g} to {max(seconds):.3g})"
    if runs[0]["accuracy"] is not None:
        accuracies = [100 * run["accuracy"] for run in runs]
        parts.insert(0, f"{mean(accuracies):.2f} % ± {stdev(accuracies):.2f}")
    if _in_bits(runs):
        bits = [run["bits"] for run in runs]
        parts.insert(0, f"{mean(bits):.3f} bits a character ± {stdev(bits):.3f}")
    if runs[0]["parameters"] is not None:
        parts.append(f"{runs[0]['parameters']:,} parameters")
    if runs[0]["memory_gb"] is not None:
        parts.append(f"{runs[0]['memory_gb']:.2f} GB")
    return ", ".join(parts)


def _share(ours: list[dict[str, Any]], theirs: list[dict[str, Any]]) -> str:
    """Return the ratio of the median times: as a share up to one half, as a factor above."""
    if not theirs:
        return "-"
    ratio = median(run["seconds"] for run in ours) / median(run["seconds"] for run in theirs)
    return f"1/{1 / ratio:.1f}" if ratio <= 0.5 else f"x {ratio:.2f}"


def _in_bits(runs: list[dict[str, Any]]) -> bool:
    return bool(runs) and runs[0].get("bits") is not None


def _lead(ours: list[dict[str, Any]], theirs: list[dict[str, Any]]) -> str:
    if theirs and _in_bits(ours):  # fewer are better
        return "{:+.3f} bits ± {:.3f}".format(*lead(ours, theirs, "bits", scale=-1))
    if not theirs or ours[0]["accuracy"] is None:
        return "-"
    return "{:+.2f} ± {:.2f}".format(*lead(ours, theirs))


if __name__ == "__main__":
    README.write_text(with_table(README.read_text(encoding="utf-8")), encoding="utf-8")
