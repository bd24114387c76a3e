"""The table of benchmarks that README shows, from results.json."""

from statistics import mean, median, stdev
from typing import Any

from benchmarks import results
from benchmarks.jobs import JOBS

HEADING = "| Job | Ours | The recipe to beat | Share of its time | Target |\n|---|---|---|---|---|\n"


def table() -> str:
    """Return all results as Markdown: a table for each device, with a row for each job that was run on it."""
    parts = []
    for device, jobs in results.load().items():
        rows = [_row(name, jobs[name]) for name in JOBS if name in jobs]
        parts.append(f"On {device}:\n\n{HEADING}{''.join(rows)}")
    return "\n".join(parts)


def _row(name: str, measured: dict[str, Any]) -> str:
    ours, theirs = measured["ours"], measured["theirs"]
    cells = [JOBS[name].title, _side(ours), _side(theirs), share(ours, theirs), JOBS[name].target]
    return f"| {' | '.join(cells)} |\n"


def share(ours: list[dict[str, Any]], theirs: list[dict[str, Any]]) -> str:
    """Return the ratio of the median times, as a share up to one half and as a factor above."""
    if not theirs:
        return "-"
    ratio = median(run["seconds"] for run in ours) / median(run["seconds"] for run in theirs)
    return f"1/{1 / ratio:.1f}" if ratio <= 0.5 else f"x {ratio:.2f}"


def lead(ours: list[dict[str, Any]], theirs: list[dict[str, Any]]) -> tuple[float, float]:
    """Return the mean difference of accuracies over the seeds that both have, and its standard error, in points."""
    pairs = zip(ours, theirs, strict=False)
    differences = [100 * (one["accuracy"] - other["accuracy"]) for one, other in pairs]
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
    if runs[0]["parameters"] is not None:
        parts.append(f"{runs[0]['parameters']:,} parameters")
    if runs[0]["memory_gb"] is not None:
        parts.append(f"{runs[0]['memory_gb']:.2f} GB")
    return ", ".join(parts)
