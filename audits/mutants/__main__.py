"""Spoil the course in hundreds of small ways and see whether its tests notice; fail where fewer than 95% are caught.

make audit NAME=mutants, with CH= or PART= for some of them.

Parts: `notebooks` (stored chapters, judged by nbval on a recorded run and by the static tests), `library` (course_lib,
judged by its unit tests), `chapters` (code of short chapters, run for real). A chapter's number, such as 01b, means
the part `notebooks` of this chapter. All happens in copies; the report is build/mutants.json.
"""

import dataclasses
import json
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from functools import partial
from pathlib import Path
from random import Random

import chapter_mutants
import library_mutants
from workshop import ROOT, Mutant, Workshop, python

import chapters
from course_lib.console import say
from course_lib.machine import usable_cores

SEED = 0
IN_EACH_NOTEBOOK, IN_LIBRARY, IN_CHAPTERS = 10, 100, 20
REQUIRED = 0.95
NOTEBOOK_LIMIT_S = 1800
PARTS = ("notebooks", "library", "chapters")
CHAPTERS = {path.stem.split("_")[0]: path.stem for path in chapters.chapter_files()}
REPORT = ROOT / "build" / "mutants.json"


def judge_notebook(stem: str, workshop: Workshop) -> list[Mutant]:
    """Judge the faults of one stored chapter, in a process of its own."""
    with workshop.copy(f"notebooks/{stem}.ipynb") as copy:
        command = ["audits/mutants/notebook_mutants.py", stem, str(IN_EACH_NOTEBOOK), str(SEED)]
        code, printed = python(copy, NOTEBOOK_LIMIT_S, *command)
    if code != 0:
        raise RuntimeError(f"{' '.join(command)} ended with {code}:\n{printed[-3000:]}")
    return [Mutant(**fields) for fields in json.loads(printed.splitlines()[-1])]


def jobs(asked: list[str], workshop: Workshop) -> Iterator[Callable[[], list[Mutant]]]:
    """Yield what there is to do for the parts and chapters asked for, the long chapters first."""
    for number, stem in reversed(CHAPTERS.items()):
        if number in asked or "notebooks" in asked:
            yield partial(judge_notebook, stem, workshop)
    if "library" in asked:
        yield partial(library_mutants.prove_judges, workshop)
        for fault in library_mutants.drawn(IN_LIBRARY, Random(f"{SEED} library")):
            yield partial(library_mutants.try_fault, *fault, workshop)
    if "chapters" in asked:
        yield partial(chapter_mutants.prove_judges, workshop)
        for fault in chapter_mutants.drawn(IN_CHAPTERS, Random(f"{SEED} chapters")):
            yield partial(chapter_mutants.try_fault, *fault, workshop)


def run(asked: list[str]) -> list[Mutant]:
    """Do all jobs, one on each core; print what is not caught as it comes up."""
    mutants, workers = [], usable_cores()
    with tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor(workers) as pool:
        workshop = Workshop(Path(folder), workers)
        try:
            for future in as_completed([pool.submit(job) for job in jobs(asked, workshop)]):
                mutants += future.result()
                for mutant in future.result():
                    if mutant.outcome != "caught":
                        say(f"{mutant.outcome:12} {mutant.place}: {mutant.kind}: {mutant.change}", flush=True)
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise
    return mutants


def report(mutants: list[Mutant], seconds: float) -> bool:
    """Print the counts, write the report and return whether enough were caught."""
    counts = Counter((mutant.part, mutant.kind, mutant.outcome) for mutant in mutants)
    kinds = sorted({(mutant.part, mutant.kind) for mutant in mutants})
    outcomes = ("caught", "survived", "not compared")
    print(f"\n{'part':10} {'kind':28}", *(f"{outcome:>12}" for outcome in outcomes))
    for kind in kinds:
        print(f"{kind[0]:10} {kind[1]:28}", *(f"{counts[*kind, outcome]:12}" for outcome in outcomes))
    caught, survived, not_compared = (sum(mutant.outcome == outcome for mutant in mutants) for outcome in outcomes)
    late = sum(mutant.caught_by.startswith("no end") for mutant in mutants)
    share = caught / max(caught + survived, 1)
    print(
        f"{len(mutants)} mutants in {seconds / 60:.0f} minutes: {caught} caught ({late} by their time limit), "
        f"{survived} survived, {not_compared} changed what is not compared on purpose; {share:.1%} of the others "
        f"caught, at least {REQUIRED:.0%} required"
    )
    REPORT.parent.mkdir(exist_ok=True)
    entries = [{**dataclasses.asdict(mutant), "outcome": mutant.outcome} for mutant in mutants]
    REPORT.write_text(json.dumps({"seconds": round(seconds), "caught": share, "mutants": entries}, indent=1))
    return share >= REQUIRED


def main() -> None:
    asked = sys.argv[1:] or list(PARTS)
    unknown = set(asked) - set(PARTS) - set(CHAPTERS)
    if unknown:
        raise SystemExit(f"{', '.join(unknown)}: give parts ({', '.join(PARTS)}) or chapters ({', '.join(CHAPTERS)})")
    started = time.perf_counter()
    if not report(run(asked), time.perf_counter() - started):
        raise SystemExit(1)


if __name__ == "__main__":
    main()
