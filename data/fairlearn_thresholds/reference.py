"""Write fairlearn.csv: what the ThresholdOptimizer of fairlearn 0.15.0 reaches on chapter 15's scores of data/adult.

It runs by hand, in an environment with fairlearn, which the course does not need: python reference.py
"""

import csv
import hashlib
from pathlib import Path

import numpy as np
from fairlearn.postprocessing import ThresholdOptimizer
from sklearn.linear_model import LogisticRegression

FOLDER = Path(__file__).parent
ADULT = FOLDER.parent / "adult" / "adult.npz"
AMOUNTS = ("age", "education", "capital_gain", "capital_loss", "hours")
KINDS = ("employer", "marital_status", "occupation", "relationship", "race", "country")
CONSTRAINTS = {"equal selection": "demographic_parity", "equal opportunity": "true_positive_rate_parity"}
SPLITS = 10


def features(table: dict[str, np.ndarray]) -> np.ndarray:
    """Return what chapter 15 shows the logistic regression, without the column `sex`."""
    amounts = np.stack([np.log1p(table[name]) if "capital" in name else table[name] for name in AMOUNTS], axis=1)
    kinds = [np.eye(table[name].max() + 1)[table[name]] for name in KINDS]
    return np.concatenate([(amounts - amounts.mean(axis=0)) / amounts.std(axis=0), *kinds], axis=1).astype("float32")


def main() -> None:
    with np.load(ADULT) as columns:
        table = {name: columns[name].astype(int) for name in columns}
    inputs, labels, sex = features(table), table["over_50k"], table["sex"]
    rows = []
    for seed in range(SPLITS):
        order, tenth = np.random.default_rng(seed).permutation(len(labels)), len(labels) // 10
        train, choice, test = order[: 6 * tenth], order[6 * tenth : 8 * tenth], order[8 * tenth :]
        model = LogisticRegression(max_iter=200).fit(inputs[train], labels[train])
        before = model.predict(inputs[test])
        for name, constraint in CONSTRAINTS.items():
            optimizer = ThresholdOptimizer(
                estimator=model, prefit=True, predict_method="decision_function", constraints=constraint
            )
            optimizer.fit(inputs[choice].astype(float), labels[choice], sensitive_features=sex[choice])
            chosen = optimizer.predict(inputs[test].astype(float), sensitive_features=sex[test], random_state=seed)
            selected = [np.mean(chosen[sex[test] == group]) for group in (1, 0)]
            found = [np.mean(chosen[(sex[test] == group) & (labels[test] == 1)]) for group in (1, 0)]
            lost = np.mean(before == labels[test]) - np.mean(chosen == labels[test])
            shares = (lost, selected[0] - selected[1], found[0] - found[1])
            rows.append([name, seed, *(f"{share:.4f}" for share in shares)])
    path = FOLDER / "fairlearn.csv"
    with path.open("w", encoding="ascii", newline="") as file:
        heading = ["rule", "split", "accuracy_lost", "gap_in_selection", "gap_in_true_positives"]
        csv.writer(file, lineterminator="\n").writerows([heading, *rows])
    (FOLDER / "SHA256SUMS").write_text(f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.name}\n")


if __name__ == "__main__":
    main()
