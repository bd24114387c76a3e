"""All jobs by name, in the order of the table."""

from benchmarks import mnist, opening, pictures, reviews, suite
from benchmarks.recipe import Job

JOBS: dict[str, Job] = {**mnist.JOBS, **reviews.JOBS, **pictures.JOBS, **opening.JOBS, **suite.JOBS}
