"""Which label stands above which, for any set of labels."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class LabelTree:
    """A forest of labels; without parents each label stands alone.

    Attributes:
        labels: The labels.
        above: Whether the second label is the first or stands above it, shape (n_labels, n_labels).
    """

    labels: tuple[str, ...]
    above: NDArray[np.bool_]

    @property
    def inner(self) -> NDArray[np.int64]:
        """The numbers of the labels that have others below them."""
        return np.flatnonzero(self.above.sum(axis=0) > 1)

    def path(self, label: str) -> tuple[str, ...]:
        """Return the labels from the top down to ``label``.

        >>> grow(["cat", "oak"], {"cat": "mammal", "mammal": "animal"}).path("cat")
        ('animal', 'mammal', 'cat')
        """
        over = np.flatnonzero(self.above[self.labels.index(label)])
        return tuple(self.labels[number] for number in sorted(over, key=lambda each: int(self.above[each].sum())))

    def most_specific(self, keywords: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
        """Return the keywords without those that a label below has too."""
        kept = {}
        for number, label in enumerate(self.labels):
            if label in keywords:
                below = {term for each in np.flatnonzero(self.above[:, number]) if each != number
                         for term in keywords.get(self.labels[each], ())}  # fmt: skip
                kept[label] = [term for term in keywords[label] if term not in below]
        return kept


def grow(labels: Sequence[str], parents: Mapping[str, str]) -> LabelTree:
    """Return the tree of ``labels`` and of the labels above them, which come after them in the order in which they are met.

    Raises:
        ValueError: A label stands above itself, or a label of ``parents`` is neither one of ``labels`` nor above one.
    """
    chains = [_chain(label, parents) for label in labels]
    every = list(dict.fromkeys([*labels, *(over for chain in chains for over in chain)]))
    strange = sorted(set(parents) - set(every))
    if strange:
        raise ValueError(f"label {strange[0]!r} has a parent but no keywords; add it to keywords or take it out of parents")
    number = {label: place for place, label in enumerate(every)}
    above = np.zeros((len(every), len(every)), dtype=np.bool_)
    for label in every:
        above[number[label], [number[over] for over in _chain(label, parents)]] = True
    return LabelTree(tuple(every), above)


def _chain(label: str, parents: Mapping[str, str]) -> list[str]:
    """Return a label and those above it, upward."""
    chain = [label]
    while (over := parents.get(chain[-1])) is not None:
        if over in chain:
            raise ValueError(f"label {over!r} stands above itself: {' > '.join([over, *reversed(chain)])}")
        chain.append(over)
    return chain
