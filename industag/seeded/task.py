"""What the learners of the seeded classifier start from, and what they come to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from industag.seeded.bayes import softmax
from industag.seeded.label_tree import LabelTree
from industag.seeded.machines import Machines
from industag.seeded.texts import Matrix, Space


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings of ``SeededClassifier``; their meaning is told there."""

    multi_label: bool
    background: bool
    n_components: int
    n_rounds: int | None
    anchor: float
    doubt: float
    power: float
    min_texts: int
    max_texts: int


@dataclass(frozen=True, slots=True)
class Known:
    """The texts whose labels are known: their numbers, and how each shares its labels out; the last column means none."""

    texts: NDArray[np.int64]
    shares: Matrix

    def among(self, drawn: NDArray[np.int64]) -> Known:
        """Return the same with the texts numbered by their places in ``drawn``, in which they must be."""
        return Known(np.searchsorted(drawn, self.texts), self.shares)

    def pin(self, posterior: Matrix) -> None:
        """Set the posteriors of these texts."""
        posterior[self.texts] = self.shares[:, : posterior.shape[1]]


@dataclass(frozen=True, slots=True)
class Task:
    """Texts and keywords. The labels that have keywords are the first of the tree, in the same order.

    Attributes:
        features: The texts' TF-IDF rows.
        space: Their terms.
        keywords: The keywords of each label that has them.
        tree: These labels and those above them.
        known: The texts whose labels are known.
    """

    features: Any
    space: Space
    keywords: Mapping[str, Sequence[str]]
    tree: LabelTree
    known: Known


@dataclass(frozen=True, slots=True)
class Learned:
    """What is known in the end. A column per label with keywords, and perhaps one for none.

    Attributes:
        odds: The log odds of each term, shape (n_terms, n_columns).
        log_shares: The log of each column's share of the texts, shape (n_columns,).
        temper: What a text's evidence counts in naive Bayes.
        machines: The machines that decide.
    """

    odds: Matrix
    log_shares: Matrix
    temper: float
    machines: Machines

    def probabilities(self, features: Any, n_columns: int | None = None) -> Matrix:  # noqa: ANN401 - a SciPy matrix
        """Return the probability of each of the columns, or of the first of them; rows add up to 1."""
        return softmax((self.temper * np.asarray(features @ self.odds) + self.log_shares)[:, :n_columns])
