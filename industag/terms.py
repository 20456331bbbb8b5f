"""Terms: the word and character n-grams whose weights are learned, and their TF-IDF values."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from industag.units import Units

MAX_WORDS = 2
MAX_CHARACTERS = 3

FUNCTION_WORDS = frozenset(
    "a about above after again against all also although am an and any are as at be because been before being below "
    "between both but by can could did do does doing down during each either for from further had has have having "
    "he her here hers him his how however i if in into is it its itself just may me might more most must my neither "
    "no nor not now of off on once one only or other our out over own per s same shall she should since so some "
    "such than that the their them then there these they this those through thus to too under until up upon us very "
    "via was we were what when where whether which while who whom whose why will with within without would you your".split()
)


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The terms that a model knows.

    Attributes:
        keys: The terms, joined, in order.
        idf: For each term its smoothed inverse document frequency, >= 1, shape (n_terms,).
    """

    keys: tuple[str, ...]
    idf: NDArray[np.float64]

    def take(self, numbers: NDArray[np.int64]) -> Vocabulary:
        """Return the vocabulary of some of the terms."""
        return Vocabulary(tuple(self.keys[number] for number in numbers), self.idf[numbers])


def candidate_terms(units: Units) -> Iterator[str]:
    """Yield every n-gram of a text that could become a term: up to two words, or two or three Chinese characters.

    >>> from industag.units import split_units
    >>> sorted(candidate_terms(split_units("the solar cell, 5G基站")))
    ['5g', '5g基', 'cell', 'solar', 'solarcell', '基站']
    """
    for first, last in candidate_places(units):
        yield units.joined[units.starts[first] : units.ends[last]]


def candidate_places(units: Units) -> Iterator[tuple[int, int]]:
    """Yield the first and last unit of every n-gram of a text that could become a term."""
    joined, starts, ends = units.joined, units.starts, units.ends
    kinds = [unit_kind(joined[start:end]) for start, end in zip(starts, ends, strict=True)]
    for first in range(len(starts)):
        if kinds[first] == "word":
            yield first, first
        for last in range(first + 1, min(first + MAX_CHARACTERS, len(starts))):
            if starts[last] != ends[last - 1]:
                break  # a phrase ends between the two
            if _is_term(kinds[first : last + 1]):
                yield first, last


def unit_kind(unit: str) -> str:
    """Return "character", "word", or "other" for what is no evidence alone (numbers, function words, single letters)."""
    if unit[0] >= "\u2e80":
        return "character"
    if len(unit) < 2 or unit in FUNCTION_WORDS or not any(char.isalpha() for char in unit):
        return "other"
    return "word"


def _is_term(kinds: Sequence[str]) -> bool:
    """Tell whether units of these kinds, two or more, make a term."""
    if all(kind == "character" for kind in kinds):
        return True
    return len(kinds) <= MAX_WORDS and "other" not in kinds


def smoothed_idf(frequency: NDArray[np.float64], n_texts: int) -> NDArray[np.float64]:
    """Return the inverse document frequency of terms that stand in so many of ``n_texts`` texts, >= 1 each."""
    return 1.0 + np.log((1 + n_texts) / (1 + frequency))


def tf_idf(counts: NDArray[np.int64], idf: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the values of the terms of one text: (1 + log count) x idf, brought to length 1; shape (n_terms_found,).

    The weighting is "ltc" of Salton and Buckley (1988).
    """
    values = (1.0 + np.log(counts)) * idf
    return values / math.sqrt(math.fsum(values * values)) if len(values) else values
