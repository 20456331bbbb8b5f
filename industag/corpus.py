"""A corpus: texts read once, to be trained on and scored as often as wanted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from industag.keywords import KeywordRules
from industag.scoring import Reader
from industag.terms import Vocabulary, candidate_terms, smoothed_idf
from industag.units import BREAK, split_units

Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Corpus:
    """What was found in some texts; rows are texts.

    Attributes:
        rules: The rules of the keywords.
        keys: The terms that training may use, in alphabetical order.
        keywords: 1 where a keyword counts, sparse, shape (n_texts, n_keywords).
        counts: How often each term was found, sparse, shape (n_texts, n_keys).
        stands: 1 where a term stands as one of the text's own n-grams, sparse, of the same shape.
    """

    rules: KeywordRules
    keys: tuple[str, ...]
    keywords: Any
    counts: Any
    stands: Any

    @classmethod
    def of(cls, texts: Sequence[str], rules: KeywordRules, min_texts: int, further: Iterable[str] = ()) -> Corpus:
        """Return the corpus of texts, with the terms that stand in at least ``min_texts`` of them, and further ones."""
        units = [split_units(text) for text in texts]
        own = [set(candidate_terms(each)) for each in units]
        frequency = Counter(term for terms in own for term in terms)
        frequent = {key for key, count in frequency.items() if count >= min_texts and BREAK not in key}
        keys = tuple(sorted(frequent.union(further)))
        number = {key: place for place, key in enumerate(keys)}
        reader = Reader(rules, Vocabulary(keys, np.ones(len(keys))))
        readings = [reader.read(text, each) for text, each in zip(texts, units, strict=True)]
        return cls(
            rules,
            keys,
            keywords=_sparse(
                [dict.fromkeys((hit.keyword for hit in reading.keywords), 1) for reading in readings], len(rules.rules)
            ),
            counts=_sparse([Counter(hit.key for hit in reading.terms) for reading in readings], len(keys)),
            stands=_sparse(
                [dict.fromkeys((number[term] for term in terms if term in number), 1) for terms in own], len(keys)
            ),
        )

    def __len__(self) -> int:
        return int(self.counts.shape[0])

    def take(self, rows: Sequence[int] | Ints) -> Corpus:
        """Return the corpus of some of the texts, with the same terms."""
        return Corpus(self.rules, self.keys, self.keywords[rows], self.counts[rows], self.stands[rows])

    def vocabulary(self, min_texts: int, known: Mapping[str, float]) -> tuple[Vocabulary, Ints]:
        """Return the terms that stand in at least ``min_texts`` of these texts or are known, and their columns.

        ``known`` gives for terms their inverse document frequency; that of the others is that in these texts.
        """
        frequency = np.asarray(self.stands.sum(axis=0)).ravel()
        idf = smoothed_idf(frequency, len(self))
        is_known = np.array([key in known for key in self.keys], dtype=np.bool_)
        idf[is_known] = [known[self.keys[column]] for column in np.flatnonzero(is_known)]
        columns = np.flatnonzero((frequency >= min_texts) | is_known)
        return Vocabulary(tuple(self.keys[column] for column in columns), idf[columns]), columns

    def values(self, columns: Ints, idf: NDArray[np.float64]) -> Any:  # noqa: ANN401 - a SciPy matrix
        """Return the TF-IDF values of the terms in some columns, sparse, shape (n_texts, n_columns); see ``tf_idf``."""
        values = self.counts[:, columns].astype(np.float64)
        values.data = (1.0 + np.log(values.data)) * idf[values.indices]
        squares = np.bincount(_rows_of(values), weights=values.data**2, minlength=len(self))
        values.data /= np.sqrt(squares)[_rows_of(values)]
        return values


def _rows_of(matrix: Any) -> Ints:  # noqa: ANN401 - a SciPy matrix
    """Return the row of each stored number."""
    return np.repeat(np.arange(matrix.shape[0]), np.diff(matrix.indptr))


def _sparse(rows: Iterable[dict[int, int]], width: int) -> Any:  # noqa: ANN401 - a SciPy matrix
    """Return a matrix whose rows have the given numbers at the given columns."""
    ordered = [sorted(row.items()) for row in rows]
    pointer = np.concatenate(([0], np.cumsum([len(row) for row in ordered]))).astype(np.int64)
    columns = np.array([column for row in ordered for column, _ in row], dtype=np.int64)
    data = np.array([number for row in ordered for _, number in row], dtype=np.float64)
    return sp.csr_array((data, columns, pointer), shape=(len(ordered), width))
