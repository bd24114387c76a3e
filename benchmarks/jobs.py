"""All jobs by name, in the order of the table."""

from benchmarks import mnist, opening, pictures, poles, reviews, suite
from benchmarks.recipe import Job

JOBS: dict[str, Job] = {**mnist.JOBS, **reviews.JOBS, **pictures.JOBS, **poles.JOBS, **opening.JOBS, **suite.JOBS}
