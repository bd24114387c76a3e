"""Makes one run of one recipe in this process and prints its outcome as JSON.

python -m benchmarks.one_run JOB ours|theirs SEED
"""

import json
import sys
from dataclasses import asdict

from course_lib import runtime


def main() -> None:
    """Make the run named on the command line."""
    name, side, seed = sys.argv[1], sys.argv[2], int(sys.argv[3])
    runtime.start(seed=seed, needs_gb=3.0)
    from benchmarks.jobs import JOBS  # imports TensorFlow, after `start` has seen to its noise

    print(json.dumps(asdict(getattr(JOBS[name], side)(seed))))


if __name__ == "__main__":
    main()
