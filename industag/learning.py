"""Logistic regression that starts from a prior: labelled texts move the weights away from it, few texts move them little.

The prior is Gaussian, as in MAP estimation (Chelba and Acero, EMNLP 2004, adapt a classifier this way): the penalty is the
squared distance to the prior mean, not to zero. The objective is strictly convex, so its minimum is unique, and Newton's
method (with conjugate gradients, Lin, Weng and Keerthi, JMLR 2008) is run until the steps vanish: what comes out does not
depend on the machine.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Vector = NDArray[np.float64]

_MAX_STEPS = 60
_STEP_TOLERANCE = 1e-9
_ROUGHLY = 1e-2
"""Far from the minimum a step need not be exact; it becomes so on the way (Dembo, Eisenstat and Steihaug, 1982)."""


@dataclass(frozen=True, slots=True)
class Prior:
    """What is believed of the weights before any text is seen.

    Attributes:
        mean: The expected weights, shape (n_features,).
        precision: How firmly each is believed, the inverse variance, > 0, shape (n_features,).
    """

    mean: Vector
    precision: Vector


def fit_logistic(features: Any, targets: Vector, sample_weights: Vector, prior: Prior) -> Vector:  # noqa: ANN401 - a SciPy matrix
    """Return the weights that minimise the log loss plus half the weighted squared distance to the prior.

    Args:
        features: Sparse matrix of shape (n_texts, n_features).
        targets: 0 or 1, shape (n_texts,).
        sample_weights: How much each text counts, >= 0, shape (n_texts,).
        prior: Mean and precision of the weights.

    Returns:
        The weights, shape (n_features,).
    """
    signs = 2.0 * targets - 1.0
    transposed = features.T.tocsr()
    weights = prior.mean.copy()
    value = _objective(features @ weights, signs, sample_weights, weights, prior)
    first_energy = 0.0
    for _ in range(_MAX_STEPS):
        margins = signs * (features @ weights)
        wrong = _sigmoid(-margins)
        gradient = transposed @ (-sample_weights * signs * wrong) + prior.precision * (weights - prior.mean)
        curvature = sample_weights * wrong * (1.0 - wrong)

        def hessian(direction: Vector, curvature: Vector = curvature) -> Vector:
            product: Vector = transposed @ (curvature * (features @ direction)) + prior.precision * direction
            return product

        energy = float(gradient @ (gradient / prior.precision))
        first_energy = max(first_energy, energy)
        accuracy = min(_ROUGHLY, energy / first_energy) if energy else 0.0
        step = _conjugate_gradients(hessian, -gradient, prior.precision, accuracy)
        weights, value, moved = _line_search(features, signs, sample_weights, prior, (weights, step, value, gradient))
        if moved < _STEP_TOLERANCE:
            break
    return weights


def _line_search(
    features: Any,  # noqa: ANN401 - a SciPy matrix
    signs: Vector,
    sample_weights: Vector,
    prior: Prior,
    state: tuple[Vector, Vector, float, Vector],
) -> tuple[Vector, float, float]:
    """Return the weights after a step that lowers the objective enough, the objective, and how far they moved."""
    weights, step, value, gradient = state
    slope = float(gradient @ step)
    size = 1.0
    while size > 1e-6:
        moved = weights + size * step
        reached = _objective(features @ moved, signs, sample_weights, moved, prior)
        if reached <= value + 1e-4 * size * slope + 1e-12 * abs(value):
            return moved, reached, float(np.max(np.abs(size * step)))
        size /= 2.0
    return weights, value, 0.0


def _conjugate_gradients(hessian: Any, target: Vector, precision: Vector, accuracy: float) -> Vector:  # noqa: ANN401 - a callable
    """Return x with hessian(x) = target, preconditioned by the prior's precision; ``accuracy`` is what may be left of it."""
    x = np.zeros_like(target)
    residual = target.copy()
    scaled = residual / precision
    direction = scaled.copy()
    energy = float(residual @ scaled)
    goal = energy * max(accuracy, 1e-14)
    for _ in range(200):
        if energy <= goal or energy == 0.0:
            break
        image = hessian(direction)
        length = energy / float(direction @ image)
        x += length * direction
        residual -= length * image
        scaled = residual / precision
        energy, previous = float(residual @ scaled), energy
        direction = scaled + (energy / previous) * direction
    return x


def _objective(scores: Vector, signs: Vector, sample_weights: Vector, weights: Vector, prior: Prior) -> float:
    """Return the penalised log loss."""
    losses = np.logaddexp(0.0, -signs * scores)
    distance = weights - prior.mean
    return float(sample_weights @ losses + 0.5 * (prior.precision @ (distance * distance)))


def _sigmoid(scores: Vector) -> Vector:
    """Return 1 / (1 + exp(-scores)) without overflow."""
    return 0.5 * (1.0 + np.tanh(0.5 * scores))
