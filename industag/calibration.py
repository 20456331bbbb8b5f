"""Calibration: scores turned into probabilities, and the thresholds at which a label is given or put up for review."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Vector = NDArray[np.float64]
Matrix = NDArray[np.float64]
Mask = NDArray[np.bool_]

DEFAULT_THRESHOLD = 0.5
REVIEW_SHARE = 0.5
"""A label goes to review from this share of its threshold on."""

_LOWEST, _HIGHEST = 0.35, 0.75
"""A fitted threshold lies between these, or goes up to the precision asked for where that is higher."""
_FEW = 10
_LABEL_PRECISION = 100.0


@dataclass(frozen=True, slots=True)
class Calibration:
    """Per label: probability = 1 / (1 + exp(-(slope x score + offset))), and its thresholds.

    Attributes:
        slope: > 0, shape (n_labels,).
        offset: Shape (n_labels,).
        threshold: From this probability on a label is given, shape (n_labels,).
    """

    slope: Vector
    offset: Vector
    threshold: Vector

    @classmethod
    def identity(cls, n_labels: int) -> Calibration:
        """Return the calibration that takes a score as a log odds."""
        return cls(np.ones(n_labels), np.zeros(n_labels), np.full(n_labels, DEFAULT_THRESHOLD))

    def log_odds(self, scores: Matrix) -> Matrix:
        """Return the log odds for scores; the last axis is the labels'."""
        return self.slope * scores + self.offset

    def probabilities(self, scores: Matrix) -> Matrix:
        """Return probabilities in (0, 1) for scores; the last axis is the labels'."""
        return probabilities_of(self.log_odds(scores))


def probabilities_of(log_odds: Matrix) -> Matrix:
    """Return the probabilities of log odds, without overflow."""
    return 0.5 * (1.0 + np.tanh(0.5 * log_odds))


def calibrate(scores: Matrix, targets: Mask, speaks: Mask, precision: float) -> Calibration:
    """Return the calibration learned from scores of texts that the classifier was not trained on.

    One logistic curve is fitted over all labels (Platt, 1999); each label's own curve starts from it and moves as far as
    its texts speak for it. The threshold of a label is the lowest at which at least ``precision`` of what it gives is
    right, within bounds; labels with few texts keep the default.

    The texts must be such as the tagger will meet: on sentences made up for training, probabilities would mean nothing.

    Args:
        scores: Held-out scores, shape (n_texts, n_labels).
        targets: Whether the text carries the label, of the same shape.
        speaks: Whether the text says anything about the label's own score: not where it carries the label only through
            one below it, or perhaps; of the same shape.
        precision: The share of right answers asked for, in (0, 1).
    """
    from industag.learning import Prior, fit_logistic

    def fit(columns: slice | int, prior: Prior) -> Vector:
        counted = speaks[:, columns]
        column, truth = scores[:, columns][counted], targets[:, columns][counted].astype(np.float64)
        return fit_logistic(_with_ones(column), truth, np.ones(len(truth)), prior)

    start = Prior(np.array([0.0, 1.0]), np.array([1e-3, 1e-3]))
    shared = fit(slice(None), start)
    around = Prior(shared, np.full(2, _LABEL_PRECISION))
    curves = [fit(label, around) for label in range(scores.shape[1])]
    offset, slope = np.round(np.array(curves).T, 4)
    slope = np.maximum(slope, 0.05)
    calibration = Calibration(slope, offset, np.full(len(slope), DEFAULT_THRESHOLD))
    probabilities = calibration.probabilities(scores)
    thresholds = []
    for label in range(scores.shape[1]):
        counted = speaks[:, label]
        thresholds.append(_threshold(probabilities[counted, label], targets[counted, label], precision))
    return Calibration(slope, offset, np.array(thresholds))


def _with_ones(column: Vector) -> object:
    """Return a sparse matrix with a column of ones and the given one."""
    import scipy.sparse as sp

    return sp.csr_array(np.column_stack([np.ones(len(column)), column]))


def _threshold(probabilities: Vector, targets: Mask, precision: float) -> float:
    """Return the lowest threshold, in steps of 0.05, that reaches the precision; 0.5 where there are few texts."""
    if targets.sum() < _FEW:
        return DEFAULT_THRESHOLD
    highest = max(_HIGHEST, precision)
    for threshold in np.round(np.arange(_LOWEST, highest, 0.05), 2):
        given = probabilities >= threshold
        right = float(targets[given].sum())
        if (right + 1.0) / (float(given.sum()) + 1.0 / precision) >= precision:
            return float(threshold)
    return highest
