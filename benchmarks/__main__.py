"""Runs the jobs, ours and theirs by turns, each run in a process of its own, and stores what was measured.

python -m benchmarks [JOB ...]
"""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from course_lib import runtime

runtime.start(seed=0, needs_gb=3.0)  # before the jobs import TensorFlow: only then is its start-up noise kept out

from benchmarks import growth, results  # noqa: E402
from benchmarks.jobs import JOBS  # noqa: E402
from benchmarks.recipe import SIDES  # noqa: E402

ROOT = Path(__file__).resolve().parent.parent


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
        job, outcomes = JOBS[name], {side: [] for side in SIDES}
        for side, seed in job.order():
            outcomes[side].append(run(name, side, seed))
            measured = {key: value for key, value in outcomes[side][-1].items() if value is not None}
            print(name, side, f"seed {seed}:", measured, flush=True)
        device = results.device()
        stored = results.stored().get(device, {})
        about = {"title": job.title, "target": job.target, "differs": job.differs}
        stored[name] = {**about, **results.versions(), **outcomes}
        results.store(device, {name: stored[name] for name in JOBS if name in stored})


if __name__ == "__main__":
    main()
