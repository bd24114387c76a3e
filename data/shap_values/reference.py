"""Write shap.csv: the Shapley values that shap 0.51.0 computes for chapter 14's logistic regression.

It runs by hand, in an environment with shap, which the course does not need: python reference.py
"""

import csv
import hashlib
from pathlib import Path

import shap
from sklearn.datasets import load_breast_cancer
from sklearn.linear_model import LogisticRegression

FOLDER = Path(__file__).parent
FEATURES, BACKGROUND, PATIENTS = 8, 50, 20


def main() -> None:
    cancer = load_breast_cancer()
    facts, malignant = cancer.data[:, :FEATURES], 1 - cancer.target
    facts = (facts - facts.mean(axis=0)) / facts.std(axis=0)
    model = LogisticRegression(tol=1e-10, max_iter=1000).fit(facts, malignant)
    masker = shap.maskers.Independent(facts[:BACKGROUND], max_samples=BACKGROUND)
    explainer = shap.explainers.Exact(lambda rows: model.predict_proba(rows)[:, 1], masker)
    values = explainer(facts[-PATIENTS:]).values
    path = FOLDER / "shap.csv"
    with path.open("w", encoding="ascii", newline="") as file:
        rows = [[f"{value:.8f}" for value in patient] for patient in values]
        csv.writer(file, lineterminator="\n").writerows([cancer.feature_names[:FEATURES], *rows])
    (FOLDER / "SHA256SUMS").write_text(f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.name}\n")


if __name__ == "__main__":
    main()
