"""What texts are to the seeded classifier: rows of TF-IDF over words, word pairs and Chinese character n-grams."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray
from sklearn.preprocessing import normalize

from industag.terms import unit_kind
from industag.units import BREAK, unit_strings

Matrix = NDArray[np.floating[Any]]

_RARITY = 1.5
"""The power of the inverse document frequency in a term's weight."""
_OVERLAP = 0.5
"""What a Chinese n-gram weighs beside a character: each character stands in up to five of them, which say the same again."""


@dataclass(frozen=True, slots=True)
class Space:
    """The terms of the unlabelled texts: their columns, inverse document frequencies, weights, and share of all mass."""

    columns: dict[str, int]
    idf: Matrix
    weights: Matrix
    background: Matrix

    def rows(self, texts: Iterable[str]) -> Any:  # noqa: ANN401 - a SciPy matrix
        """Return the TF-IDF rows of new texts."""
        unknown = len(self.columns)
        counts = _counts(texts, lambda term: self.columns.get(term, unknown), unknown + 1)
        return _tf_idf(counts[:, :unknown], self.weights)


class _Numbers(dict[str, int]):
    """Numbers for terms, given as they are met."""

    def __missing__(self, term: str) -> int:
        number = self[term] = len(self)
        return number


def weigh(texts: Sequence[str], min_texts: int) -> tuple[Space, Any]:
    """Return the space of the terms that stand in at least ``min_texts`` of the texts, and the texts' TF-IDF rows.

    Raises:
        ValueError: There is no such term.
    """
    numbers: dict[str, int] = _Numbers()
    counts = _counts(texts, numbers.__getitem__)
    in_texts = np.bincount(counts.indices, minlength=len(numbers))
    terms = sorted(term for term, number in numbers.items() if in_texts[number] >= min_texts)
    if not terms:
        raise ValueError(
            f"no term stands in {min_texts} or more of the {len(texts)} texts; give more texts, or a lower min_texts"
        )
    kept = np.array([numbers[term] for term in terms], dtype=np.int64)
    idf = 1.0 + np.log((1.0 + len(texts)) / (1.0 + in_texts[kept]))
    overlapping = np.array([len(term) > 1 and unit_kind(term[0]) == "character" for term in terms])
    weights = idf**_RARITY * np.where(overlapping, _OVERLAP, 1.0)
    features = _tf_idf(counts[:, kept], weights)
    mass = np.asarray(features.sum(axis=0, dtype=np.float64)).ravel()
    columns = {term: column for column, term in enumerate(terms)}
    return Space(columns, idf, weights, mass / max(mass.sum(), 1e-6)), features


def text_terms(text: str) -> list[str]:
    """Return every term of a text as often as it stands there: ``candidate_terms``, and single Chinese characters.

    >>> text_terms("the solar cell, 5G基站")
    ['solar', 'solarcell', 'cell', '5g', '5g基', '基', '基站', '站']
    """
    units = unit_strings(text)
    kinds = [_kind(unit) for unit in units]
    units += [BREAK, BREAK]
    kinds += ["other", "other"]
    terms: list[str] = []
    for place, kind in enumerate(kinds[:-2]):
        if kind == "other":
            continue
        unit, following = units[place], kinds[place + 1]
        terms.append(unit)
        if following != "other":
            terms.append(unit + units[place + 1])
            if kind == following == kinds[place + 2] == "character":
                terms.append(unit + units[place + 1] + units[place + 2])
    return terms


_kind = lru_cache(maxsize=1 << 16)(unit_kind)


def _counts(texts: Iterable[str], number: Callable[[str], int], n_columns: int | None = None) -> Any:  # noqa: ANN401
    """Return how often each term stands in each text, by the terms' numbers."""
    pointer, places = array("q", [0]), array("i")
    for text in texts:
        places.extend([number(term) for term in text_terms(text)])
        pointer.append(len(places))
    found = np.array(places, dtype=np.int32)
    shape = (len(pointer) - 1, n_columns or int(found.max(initial=-1)) + 1)
    counts = sp.csr_matrix((np.ones(len(found), dtype=np.int32), found, np.array(pointer, dtype=np.int64)), shape=shape)
    counts.sum_duplicates()
    return counts


def _tf_idf(counts: Any, weights: Matrix) -> Any:  # noqa: ANN401 - SciPy matrices
    """Return rows of (1 + log count) x weight ("ltc", Salton and Buckley 1988), of length 1, as 32-bit numbers."""
    values = (1.0 + np.log(counts.data.astype(np.float64))) * weights[counts.indices]
    rows = sp.csr_matrix((values.astype(np.float32), counts.indices, counts.indptr), shape=counts.shape)
    rows.sort_indices()
    return normalize(rows, copy=False) if rows.shape[0] else rows
