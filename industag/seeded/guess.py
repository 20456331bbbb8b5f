"""The first guess of which label a text has, from its likeness to the labels' keywords, in words and in meaning."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray
from sklearn.preprocessing import normalize
from sklearn.utils.extmath import randomized_svd

from industag.matcher import term_keys
from industag.seeded.texts import Matrix, Space, text_terms

_INNER = 0.3
"""What the words and n-grams inside a keyword weigh beside the keyword itself; single characters then weigh nothing."""
_SHARPNESS = 2.0
"""How many standard deviations of similarity make a label e times e as likely."""
_NONE = 1.0
"""What is added to the score of none: the higher, the more texts have no label."""
_MOST_QUERIES = 32
"""How many keywords of a label, the commonest, are queries of their own; the others make one query together."""
_BLOCK = 4096
_NOTHING = 1e-6


@dataclass(frozen=True, slots=True)
class Queries:
    """What the labels' keywords ask for.

    Attributes:
        rows: A row of TF-IDF over the terms for each keyword.
        owners: Whose keyword it is, the label's number, shape (n_queries,).
        n_labels: How many labels there are.
    """

    rows: Any
    owners: NDArray[np.int64]
    n_labels: int

    @property
    def belongs(self) -> Matrix:
        """1 where a query is a label's, or else 0, shape (n_queries, n_labels)."""
        belongs = np.zeros((len(self.owners), self.n_labels), dtype=np.float32)
        belongs[np.arange(len(self.owners)), self.owners] = 1.0
        return belongs


def keyword_queries(keywords: Mapping[str, Sequence[str]], space: Space) -> Queries:
    """Return a query for each keyword that has something in common with the texts, the rarer ones of a label in one.

    A keyword's own column counts 1 and what is inside it less (as much where it has no column of its own), times IDF, times
    how far the term tells labels apart: log(labels / labels that use it) / log(labels).

    Raises:
        ValueError: Of fewer than two labels does any keyword occur that tells it from all others.
    """
    terms = [(label, term) for label, each in enumerate(keywords.values()) for term in each]
    owners = np.array([label for label, _ in terms], dtype=np.int64)
    rows = [_query(term, space) for _, term in terms]
    places = np.array([column for row in rows for column in row], dtype=np.int64)
    numbers = np.repeat(np.arange(len(rows)), [len(row) for row in rows])
    used = np.unique(owners[numbers] * len(space.columns) + places) % len(space.columns)
    users = np.maximum(np.bincount(used, minlength=len(space.columns)), 1)
    telling = space.idf * np.log(len(keywords) / users) / np.log(len(keywords))
    weights = np.array([weight for row in rows for weight in row.values()]) * telling[places]
    queries = sp.csr_matrix((weights, (numbers, places)), shape=(len(rows), len(space.columns)))
    found = np.flatnonzero(np.asarray(queries.sum(axis=1)).ravel())
    if len(np.unique(owners[found])) < 2:
        raise ValueError("keywords of at least two labels must occur in the texts; give more or commoner keywords")
    rarity = [min((space.idf[column] for column, weight in row.items() if weight == 1.0), default=np.inf) for row in rows]
    rarer_together = _rare_together(normalize(queries[found]), owners[found], np.array(rarity)[found])
    return Queries(*rarer_together, len(keywords))


def _query(term: str, space: Space) -> dict[int, float]:
    """Return the weights of the columns of a keyword."""
    own = [space.columns[key] for key in term_keys(term) if key in space.columns]
    if not own:
        return dict.fromkeys([space.columns[key] for key in text_terms(term) if key in space.columns], 1.0)
    longer = [space.columns[key] for key in text_terms(term) if len(key) > 1 and key in space.columns]
    return dict.fromkeys(longer, _INNER) | dict.fromkeys(own, 1.0)


def _rare_together(rows: Any, owners: NDArray[np.int64], rarity: Matrix) -> tuple[Any, NDArray[np.int64]]:  # noqa: ANN401
    """Return queries and their owners, where the commonest of a label are queries of their own, and the others are one."""
    order = np.lexsort((rarity, owners))
    rank = np.empty(len(order), dtype=np.int64)
    rank[order] = np.arange(len(order)) - np.searchsorted(owners[order], owners[order])
    kept, group = np.unique(owners * (_MOST_QUERIES + 1) + np.minimum(rank, _MOST_QUERIES), return_inverse=True)
    together = sp.csr_matrix((np.ones(len(group)), (group, np.arange(len(group)))), shape=(len(kept), len(group)))
    return normalize(together @ rows).astype(np.float32), kept // (_MOST_QUERIES + 1)


def embed(features: Any, n_components: int, power: float) -> tuple[Matrix, Matrix]:  # noqa: ANN401 - a SciPy matrix
    """Return the texts and the terms as vectors of length 1 in a space of latent meanings (Deerwester et al. 1990).

    Terms are divided by the root of their mass, as in spectral co-clustering (Dhillon 2001), or else the commonest would
    take most dimensions. Something is added to it first, or else the rarest would (Qin and Rohe 2013).
    """
    mass = np.asarray(features.sum(axis=0, dtype=np.float64)).ravel()
    evened = (mass * (features.shape[0] / max(mass.sum(), _NOTHING)) + 1.0) ** -0.5
    features = (features @ sp.diags(evened.astype(np.float32))).tocsr()
    n_components = max(min(n_components, min(features.shape) - 1), 1)
    _, strengths, right = randomized_svd(features, n_components, n_oversamples=10, n_iter=6, transpose=False, random_state=0)
    strengths = np.maximum(strengths, _NOTHING)
    axes = right.T.astype(np.float32)
    texts = (features @ axes) * strengths ** (power - 1.0)
    return normalize(texts.astype(np.float32)), normalize((axes * strengths**power).astype(np.float32))


def first_guess(features: Any, meanings: tuple[Matrix, Matrix], queries: Queries) -> Matrix:  # noqa: ANN401 - SciPy
    """Return a score for each text and label; ``meanings`` are the texts and the terms as vectors.

    A label's score is the log-sum-exp over its keywords of their similarity to the text. A keyword is drawn toward the
    others of its label, the more the better they agree. Its similarities are centred, since some are near to everything.
    """
    texts, terms = meanings
    vectors = normalize(queries.rows @ terms)
    means = (queries.belongs / np.maximum(queries.belongs.sum(axis=0), 1.0)).T @ vectors
    vectors = normalize(vectors + means[queries.owners])
    middle = texts.mean(axis=0)
    squares = float(np.mean(np.sum(vectors @ (texts.T @ texts / len(texts)) * vectors, axis=1)))
    sharpness = _SHARPNESS / np.sqrt(max(squares - float(np.mean(vectors @ middle)) ** 2, _NOTHING**2))
    hits = (features @ queries.rows.T).data
    hits = hits[hits > 0]
    scale = 1.0 / max(float(np.sqrt(np.mean(hits**2, dtype=np.float64))) if len(hits) else 1.0, _NOTHING)
    guess = np.full((len(texts), queries.n_labels), np.log(1e-30), dtype=np.float32)
    present, first = np.unique(queries.owners, return_index=True)
    for start in range(0, len(texts), _BLOCK):  # scores of every text and keyword at once would not fit into memory
        block = slice(start, start + _BLOCK)
        shared = np.asarray((features[block] @ queries.rows.T).toarray())
        scores = sharpness * ((texts[block] - middle) @ vectors.T) + scale * shared
        highest = scores.max(axis=1, keepdims=True)
        sums = np.add.reduceat(np.exp(scores - highest), first, axis=1)
        guess[block, present] = np.log(sums + 1e-30) + highest
    return guess


def none_score(queries: Queries) -> float:
    """Return the score of "no label": what all keywords together would get from a text that none of them is about."""
    return float(np.log(len(queries.owners))) + _NONE
