"""The last step of the seeded classifier: a linear support vector machine for each label, and each label above others."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.svm import LinearSVC

from industag.seeded.texts import Matrix

_FAR = 9.0
"""The margin, for or against, of a label that all texts have, or none."""


@dataclass(frozen=True, slots=True)
class Machines:
    """One machine per column: weights of shape (n_terms, n_columns), and biases."""

    weights: Matrix
    biases: Matrix

    def margins(self, features: Any) -> Matrix:  # noqa: ANN401 - a SciPy matrix
        """Return how far each text is on the side of each column, shape (n_texts, n_columns)."""
        return np.asarray(features @ self.weights) + self.biases


def train_machines(features: Any, targets: NDArray[np.bool_]) -> Machines:  # noqa: ANN401
    """Return machines that tell, for each column, the texts with True from the others."""
    weights = np.zeros((features.shape[1], targets.shape[1]), dtype=np.float32)
    biases = np.zeros(targets.shape[1], dtype=np.float32)
    features = features.astype(np.float64)  # what the solver wants, once for all
    for column, target in enumerate(targets.T):
        if target.all() or not target.any():
            biases[column] = _FAR if target.any() else -_FAR
        else:
            machine = LinearSVC(C=0.3, max_iter=60, tol=0.02, random_state=0).fit(features, target)
            weights[:, column], biases[column] = machine.coef_[0], machine.intercept_[0]
    return Machines(weights, biases)
