"""How surely each term alone names a label, judged by how the label's keywords stand in unlabelled texts.

Keywords come as lists of words as often as of phrases: "castor", "oil" for castor oil. A word that is but a part of a phrase
says little by itself. Whether two words are parts of one phrase is read off the texts that hold both: in a phrase they are
often neighbours.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise, permutations
from typing import Any

import numpy as np
import scipy.sparse as sp

from industag.matcher import term_keys
from industag.seeded.texts import Space, text_terms
from industag.terms import FUNCTION_WORDS
from industag.units import BREAK, unit_strings

_COHESION = 0.2
"""In which share of the texts that hold both words of a phrase they are neighbours, or else they are no phrase."""
_PIECE = 0.5
"""What the characters of a Chinese keyword that never occurs whole weigh beside one that does."""


def keyword_evidence(keywords: Mapping[str, Sequence[str]], space: Space, features: Any) -> Any:  # noqa: ANN401 - SciPy
    """Return how surely each term names each label, in [0, 1]; what many labels use counts less; (n_terms, n_labels)."""
    presence = _Presence(space, features)
    columns = [_weights_of(terms, presence) for terms in keywords.values()]
    places = [place for column in columns for place in column]
    owners = [label for label, column in enumerate(columns) for _ in column]
    weights = np.array([weight for column in columns for weight in column.values()])
    shape = (len(space.columns), len(keywords))
    evidence = sp.csr_matrix((weights, (np.array(places, int), np.array(owners, int))), shape=shape)
    users = np.maximum(np.asarray(evidence.sum(axis=1)).ravel(), 1.0)
    telling = np.maximum(1.0 - np.log(users) / np.log(max(len(keywords), 2)), 0.0)
    return sp.csr_matrix(sp.diags(telling) @ evidence).astype(np.float32)


class _Presence:
    """Which texts hold which terms."""

    def __init__(self, space: Space, features: Any) -> None:  # noqa: ANN401 - a SciPy matrix
        self._columns = space.columns
        self._texts = features.tocsc()

    def columns(self, keys: Iterable[str]) -> list[int]:
        """Return the columns of those of the terms that the texts hold."""
        return sorted({self._columns[key] for key in keys if key in self._columns})

    def texts(self, keys: Iterable[str]) -> set[int]:
        """Return the numbers of the texts that hold any of the terms."""
        bounds, rows = self._texts.indptr, self._texts.indices
        return {int(text) for column in self.columns(keys) for text in rows[bounds[column] : bounds[column + 1]]}


def _weights_of(terms: Sequence[str], presence: _Presence) -> dict[int, float]:
    """Return the weights of the columns that speak for a label with these keywords."""
    weights: dict[int, float] = {}

    def speak(keys: Iterable[str], weight: float) -> None:
        for column in presence.columns(keys):
            weights[column] = max(weight, weights.get(column, 0.0))

    single: list[str] = []
    for term in terms:
        words = [unit for unit in unit_strings(term) if unit != BREAK]
        if any(word >= "\u2e80" for word in words):
            pieces = [key for key in text_terms(term) if len(key) > 1]
            whole = bool(presence.columns(term_keys(term)))
            speak(term_keys(term) if whole else pieces, 1.0 if whole else _PIECE)
        elif len(words) == 1:
            single += [word for word in words if word not in single]
        else:
            speak(term_keys(term), 1.0)
            for keys, weight in _parts(words, pairwise(words), presence, alone=1.0 / len(words)):
                speak(keys, weight)
    for keys, weight in _parts(single, permutations(single, 2), presence):
        speak(keys, weight)
    return weights


def _parts(
    words: Sequence[str], pairs: Iterable[tuple[str, str]], presence: _Presence, alone: float | None = None
) -> Iterator[tuple[tuple[str, ...], float]]:
    """Yield the keys of words, and of the pairs of them that are phrases, each with what it weighs.

    A word of a phrase weighs the square of the share of its texts in which it stands in the phrase. Any other weighs
    ``alone``, by default the share of such words among all.
    """
    inside: dict[str, float] = {}
    for first, second in pairs:
        keys = tuple(head + tail for head in term_keys(first) for tail in term_keys(second))
        if not presence.columns(keys):
            continue
        n_texts = len(presence.texts(keys))
        texts = [presence.texts(term_keys(word)) for word in (first, second)]
        if n_texts >= _COHESION * len(texts[0] & texts[1]):
            yield keys, 1.0
            for word, own in zip((first, second), texts, strict=True):
                inside[word] = max(inside.get(word, 0.0), n_texts / max(len(own), 1))
    outside = 1.0 - len(inside) / max(len(words), 1) if alone is None else alone
    for word in words:
        if word not in FUNCTION_WORDS and len(word) > 1:
            yield term_keys(word), min(inside[word], 1.0) ** 2 if word in inside else outside
