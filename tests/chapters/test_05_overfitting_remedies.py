"""Chapter 05: the checkers of its exercises."""

import numpy as np

from exercises import exercise_tests

CHAPTER = "05_overfitting_remedies"


def eye_rows(labels, num_classes):
    return np.eye(num_classes)[labels]


def stop_at_first_rise(losses, patience):
    for epoch in range(1, len(losses)):
        if losses[epoch] > losses[epoch - 1]:
            return epoch + 1, epoch
    return len(losses), len(losses)


def never_reset(losses, patience):
    best, waited = 0, 0
    for epoch in range(1, len(losses)):
        if losses[epoch] < losses[best]:
            best = epoch
        else:
            waited += 1
        if waited >= patience:
            return epoch + 1, best + 1
    return len(losses), best + 1


# For each exercise: plausible wrong answers, each with a part of the hint that it must get.
WRONG_ANSWERS = {
    "smooth_targets": [
        (lambda labels, num_classes, alpha: eye_rows(labels, num_classes), "the true one too"),
        (
            lambda labels, num_classes, alpha: (
                (1 - alpha) * eye_rows(labels, num_classes)
                + alpha / (num_classes - 1) * (1 - eye_rows(labels, num_classes))
            ),
            "the true one too",
        ),
        (lambda labels, num_classes, alpha: eye_rows(labels, num_classes) + alpha / num_classes, "the true one too"),
        (lambda labels, num_classes, alpha: np.array(labels), "one-hot rows"),
    ],
    "decay_step": [
        (lambda weight, gradient, rate, decay: weight - rate * gradient, "shrinks by the factor"),
        (lambda weight, gradient, rate, decay: weight - rate * gradient - decay * weight, "shrinks by the factor"),
        (lambda weight, gradient, rate, decay: (weight + rate * gradient) * (1 - rate * decay), "plain gradient"),
        (
            lambda weight, gradient, rate, decay: weight - rate * gradient - rate * decay * abs(weight),
            "from either side",
        ),
    ],
    "dropout": [
        (lambda features, kept, share: features * kept, "divided by 1 - share"),
        (lambda features, kept, share: features * (1 - kept) / (1 - share), "divided by 1 - share"),
        (lambda features, kept, share: features * kept / kept.mean(), "the given share"),
        (lambda features, kept, share: features * kept / np.maximum(share, 0.5), "the given share"),
    ],
    "stopped_epochs": [
        (stop_at_first_rise, "starts the count again"),
        (never_reset, "starts the count again|equal loss"),
        (lambda losses, patience: (len(losses), int(np.argmin(losses)) + 1), "ends it"),
        (lambda losses, patience: (len(losses), int(np.argmin(losses))), "nothing stops it"),
    ],
    "smallest_fit": [
        (lambda X, y: np.array([y[0], 0.0]), "its norm is larger"),
        (lambda X, y: X.T @ y / np.linalg.norm(X), "its norm is larger|squared length"),
        (lambda X, y: np.linalg.solve(X @ X.T, y), "its norm is larger|one weight for each column"),
        (lambda X, y: X.T @ y / 2, "squared length"),
    ],
}
test_stub_and_solution, test_wrong_answer, test_three_answers = exercise_tests(CHAPTER, WRONG_ANSWERS)
