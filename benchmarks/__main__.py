"""Runs the jobs, ours and theirs by turns, each run in a process of its own, and stores what was measured.

python -m benchmarks [JOB ...]
"""

import json
import os
import subprocess
import sys
from itertools import zip_longest
from pathlib import Path
from typing import Any

from course_lib import runtime

runtime.start(seed=0, needs_gb=3.0)  # before the jobs import TensorFlow: only then is its start-up noise kept out

from benchmarks import growth, results  # noqa: E402
from benchmarks.jobs import JOBS  # noqa: E402

ROOT = Path(__file__).resolve().parent.parent


def by_turns(runs: tuple[int, int]) -> list[tuple[str, int]]:
    """Return the order of the runs as pairs of side and seed: ours, theirs, ours, theirs, and the rest.

    What changes on the machine during the benchmark then meets both.
    """
    pairs = zip_longest(
        *([(side, seed) for seed in range(count)] for side, count in zip(("ours", "theirs"), runs, strict=True))
    )
    return [run for pair in pairs for run in pair if run]


def run(job: str, side: str, seed: int) -> dict[str, Any]:
    """Make one run in a fresh process: nothing that an earlier run compiled or cached helps a later one."""
    command = [sys.executable, "-m", "benchmarks.one_run", job, side, str(seed)]
    environment = {**os.environ, "TF_CPP_MIN_LOG_LEVEL": "2"}
    result = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)
    if result.returncode != 0:
        sys.exit(f"{job}, {side}, seed {seed} failed:\n{result.stderr}")
    return json.loads(result.stdout.splitlines()[-1])


def main() -> None:
    """Run the jobs named on the command line, or all."""
    names = sys.argv[1:] or [*JOBS, "growth"]
    unknown = [name for name in names if name not in {*JOBS, "growth"}]
    if unknown:
        sys.exit(f"error: there is no job {', '.join(unknown)}; jobs: {', '.join(JOBS)}, growth")
    for name in names:
        if name == "growth":
            growth.measure()
            continue
        outcomes: dict[str, list[dict[str, Any]]] = {"ours": [], "theirs": []}
        for side, seed in by_turns(JOBS[name].runs):
            outcomes[side].append(run(name, side, seed))
            measured = {key: value for key, value in outcomes[side][-1].items() if value is not None}
            print(name, side, f"seed {seed}:", measured, flush=True)
        results.store(results.device(), name, outcomes)


if __name__ == "__main__":
    main()
