"""All jobs by name, in the order of the table."""

from benchmarks import cifar, mnist, novels, opening, poles, reviews, suite, tuning
from benchmarks.recipe import Job

JOBS: dict[str, Job] = {
    **mnist.JOBS,
    **reviews.JOBS,
    **cifar.JOBS,
    **novels.JOBS,
    **tuning.JOBS,
    **poles.JOBS,
    **opening.JOBS,
    **suite.JOBS,
}
