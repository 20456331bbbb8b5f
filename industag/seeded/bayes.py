"""What the rounds of naive Bayes are made of: odds of terms, posteriors, and which texts are sure."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from industag.seeded.texts import Matrix

_SMOOTHING = 1000.0
"""The Dirichlet smoothing of the word distributions, in TF-IDF mass."""
_HOLD = 1000.0
"""The same toward the words that labels started from."""
_FEWEST = 3
_NOTHING = 1e-6


def label_mass(features: Any, posterior: Matrix) -> Matrix:  # noqa: ANN401 - a SciPy matrix
    """Return the TF-IDF mass that each term has in each label's texts, shape (n_terms, n_labels)."""
    return np.asarray(features.T @ posterior.astype(np.float32))


def word_odds(
    mass: Matrix, background: Matrix, *, toward_seeded: bool = False, toward_first: Matrix | None = None
) -> Matrix:
    """Return the log odds of each term in each label's texts against all texts, shape (n_terms, n_labels).

    They are smoothed toward all texts, or toward those that have a label at all. The second matters where many have none: a
    rare label smoothed toward all texts is likest to those that nothing is known of, and swallows them.

    With the mass of ``toward_first`` they are smoothed as much toward the words of that, too: a Dirichlet prior, which keeps
    a label of few texts near to what it started from, and hardly holds one of many.

    Args:
        mass: ``label_mass``; it is overwritten.
        background: The terms' shares of all mass.
        toward_seeded: Whether to smooth toward the texts that have a label.
        toward_first: The mass from which the labels started.
    """
    middle = background
    if toward_seeded:
        middle = (mass.sum(axis=1) + 0.1 * _SMOOTHING * background) / (mass.sum() + 0.1 * _SMOOTHING)
    sums = mass.sum(axis=0) + np.float32(_SMOOTHING)
    mass += (_SMOOTHING * middle[:, None]).astype(np.float32)  # in place: there can be many terms and labels
    if toward_first is not None:
        totals = toward_first.sum(axis=0)
        mass += toward_first * (np.float32(_HOLD) / np.maximum(totals, np.float32(_NOTHING)))
        sums += np.float32(_HOLD)
    mass /= sums
    mass /= background[:, None].astype(np.float32)
    return np.asarray(np.log(mass, out=mass))


def surest(posterior: Matrix, share: float) -> NDArray[np.bool_]:
    """Return which texts are, of all with the same likeliest label, among the surest by the margin to the second."""
    likeliest = posterior.argmax(axis=1)
    smaller = np.partition(posterior, -2, axis=1)[:, :-1]
    doubt = smaller.sum(axis=1) + smaller[:, -1]  # 1 less the margin, to the last digit
    chosen = np.zeros(len(posterior), dtype=np.bool_)
    for label in range(posterior.shape[1]):
        own = np.flatnonzero(likeliest == label)
        best = own[np.argsort(doubt[own], kind="stable")]
        chosen[best[: max(_FEWEST, int(share * len(own)))]] = True
    return chosen


def softmax(logits: Matrix) -> Matrix:
    """Return rows that add up to 1."""
    exponentials = np.exp(logits - logits.max(axis=1, keepdims=True))
    exponentials /= exponentials.sum(axis=1, keepdims=True)
    return np.asarray(exponentials)
