"""A model as arrays: what the compiled loops look up."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Records = NDArray[Any]

MULTIPLIERS = (0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F)
"""What the first and the second eight bytes of a key are multiplied with for its hash, modulo 2^64; see ``key_table``."""
NEXT = (1 << 59) | 0x71AFD7ED558D
"""What the character behind the beginning of a key is multiplied with; the upper five bits of the product go into the hints.

Of an ASCII character these are its lower five, so that no two letters are taken for one another.
"""
SCATTER = 0xD6E8FEB86659FD93
"""A hash is spread over 64 bits by one multiplication with this; the upper bits are its place in the tables."""

CARD = np.dtype(
    [
        ("low", "u8"), ("high", "u8"), ("idf", "f8"), ("strongest", "f4"), ("length", "i4"), ("use", "i4"), ("asked", "i4"),
        ("term", "i4"), ("more", "i4"), ("rule", "i4"), ("rule_end", "i4"), ("list", "i4"), ("list_end", "i4"),
    ]
)  # fmt: skip
RULE = np.dtype(
    [
        ("number", "i4"), ("label", "i4"), ("near", "i4"), ("cancelling_near", "i4"), ("cancelling_around", "i4"),
        ("spelled", "i4"), ("spelled_end", "i4"), ("plain", "i2"), ("tight", "i2"), ("rank", "f8"), ("value", "f8"),
    ]
)  # fmt: skip
RULE_LISTS = ("near", "cancelling_near", "cancelling_around")
TERM = np.dtype([("row", "i4"), ("row_end", "i4")])
WEIGHT = np.dtype([("value", "f8"), ("label", "i8")])
LABEL = np.dtype([("slope", "f8"), ("offset", "f8"), ("parent", "i8")])
CHOICE = np.dtype(
    [("threshold", "f8"), ("threshold_odds", "f8"), ("review_from", "f8"), ("review_odds", "f8"), ("allowed", "i8")]
)

IS_TERM, HAS_RULES = 1, 2
"""What a key is used for: it is a term of the vocabulary; keywords are found under it."""
_FIRST_LIST_BIT, _LIST_BITS = 2, 29


def list_bit(number: int) -> int:
    """Return the bit that is set in the uses of all keys of a list, and of keys of some other lists."""
    return 1 << (_FIRST_LIST_BIT + number % _LIST_BITS)


class Keys(NamedTuple):
    """The keys to look for, in a hash table with open addressing.

    A key found by its hash is compared byte by byte, so two texts with one hash are never taken for another. A bit map
    small enough for the cache says first whether there can be a key, and whether one can begin like this.

    Attributes:
        hints: In the lower half of each number a bit for each key, in the upper half one for each beginning of a key and
            the character that it goes on with.
        cards: The table, in which a key is known by its place: its first and second eight bytes (of UTF-8); as a term its
            inverse document frequency, its highest weight or 0 (or a little more), and its number; how many bytes it has, 0
            where the place is free; its uses; the uses of keys that its keywords' rules ask for; and where its further bytes
            begin in ``more``, where its keywords' rules begin and end, and where the numbers of the lists that it stands in
            do in ``lists``.
        more: The bytes of long keys from the seventeenth on, eight to a number.
        lists: Numbers of lists, ascending for each key.
        longest: How many bytes the longest key has.
        multipliers: See ``MULTIPLIERS``.
    """

    hints: NDArray[np.uint64]
    cards: Records
    more: NDArray[np.uint64]
    lists: NDArray[np.int32]
    longest: int
    multipliers: tuple[np.uint64, np.uint64]


class Rules(NamedTuple):
    """The keywords' rules. Each list of keys stands once and has a number, 0 is the empty one.

    Attributes:
        rules: For each key that a keyword is found under, key by key: the keyword's number and label; whether it counts
            wherever it is found; whether it is not found across a space; the numbers of the lists of keys that must be near,
            cancel it when near, and cancel it around it; where its spellings begin and end; its weight as its author gave
            it; and its trained weight.
        spellings: Where each spelling begins in ``letters``; one more entry at the end.
        letters: The characters of the spellings.
        n_keywords: How many keywords there are.
    """

    rules: Records
    spellings: Ints
    letters: NDArray[np.uint32]
    n_keywords: int


class Sums(NamedTuple):
    """What scores are added up from, and what becomes of them.

    Attributes:
        terms: Of each term where its weights begin and end.
        weights: The weights, each with its label.
        biases: Of each label the score that it has where nothing is found.
        labels: Of each label its slope and offset (see ``Calibration``), and the label above it, which comes first, or -1.
    """

    terms: Records
    weights: Records
    biases: NDArray[np.float64]
    labels: Records


class Choices(NamedTuple):
    """Which labels of a sentence to answer with.

    Attributes:
        enough: Of each label the score below which neither it nor a label above it is reached by it.
        labels: Of each label from which probability on it is given, and put up for review, each with its log odds; and
            whether it may be an answer.
        least: What must be added to a label's bias, of whichever label that is least, before anything is reached; not
            above 0 where a label is an answer even where nothing is found.
    """

    enough: NDArray[np.float64]
    labels: Records
    least: float


class Tables(NamedTuple):
    """All that a model is to the loops."""

    keys: Keys
    rules: Rules
    sums: Sums
