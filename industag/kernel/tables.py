"""A model as arrays: what the compiled loops look up."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Records = NDArray[Any]

MULTIPLIERS = (0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F)
"""What the first and the second eight bytes of a key are multiplied with for its hash, modulo 2^64; see ``key_table``."""
NEXT = 0xFF51AFD7ED558CCD
"""What the character behind the beginning of a key is multiplied with; five bits of the product go into the hints."""
SCATTER = 0xD6E8FEB86659FD93
"""A hash is spread over 64 bits by one multiplication with this; the upper bits are its place in the tables."""

CARD = np.dtype(
    [
        ("low", "u8"), ("high", "u8"), ("idf", "f8"), ("strongest", "f8"), ("length", "i4"), ("use", "i4"), ("term", "i4"),
        ("more", "i4"), ("rule", "i4"), ("rule_end", "i4"), ("list", "i4"), ("list_end", "i4"),
    ]
)  # fmt: skip
RULE = np.dtype(
    [
        ("label", "i4"), ("plain", "i4"), ("tight", "i4"), ("near", "i4"), ("cancelling_near", "i4"),
        ("cancelling_around", "i4"), ("spelled", "i4"), ("spelled_end", "i4"), ("rank", "f8"), ("value", "f8"),
    ]
)  # fmt: skip
TERM = np.dtype([("row", "i4"), ("row_end", "i4")])
WEIGHT = np.dtype([("value", "f8"), ("label", "i8")])
LABEL = np.dtype(
    [
        ("bias", "f8"), ("slope", "f8"), ("offset", "f8"), ("resting", "f8"), ("resting_below", "f8"), ("resting_via", "i4"),
        ("parent", "i4"), ("child", "i4"), ("child_end", "i4"),
    ]
)  # fmt: skip
CHOICE = np.dtype(
    [
        ("enough", "f8"), ("threshold", "f8"), ("threshold_odds", "f8"), ("review_from", "f8"), ("review_odds", "f8"),
        ("allowed", "i8"),
    ]
)  # fmt: skip

IS_TERM, HAS_RULES, IS_LISTED = 1, 2, 4
"""What a key is used for: it is a term of the vocabulary; keywords are found under it; it stands in a rule's list."""
_FIRST_LIST_BIT, _LIST_BITS = 3, 28


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
            inverse document frequency, its highest weight or 0, and its number; how many bytes it has, 0 where the place is
            free; its uses; where its further bytes begin in ``more``, the numbers of its keywords begin and end in
            ``rules``, and those of the lists that it stands in in ``lists``.
        more: The bytes of long keys from the seventeenth on, eight to a number.
        rules: Numbers of keywords.
        lists: Numbers of lists, ascending for each key.
        longest: How many bytes the longest key has.
        multipliers: See ``MULTIPLIERS``.
    """

    hints: NDArray[np.uint64]
    cards: Records
    more: NDArray[np.uint64]
    rules: NDArray[np.int32]
    lists: NDArray[np.int32]
    longest: int
    multipliers: tuple[np.uint64, np.uint64]


class Rules(NamedTuple):
    """The keywords' rules. Each list of keys stands once and has a number, 0 is the empty one.

    Attributes:
        rules: Of each keyword its label; whether it counts wherever it is found; whether it is not found across a space;
            the numbers of the lists of keys that must be near, cancel it when near, and cancel it around it; where its
            spellings begin and end; its weight as its author gave it; and its trained weight.
        spellings: Where each spelling begins in ``letters``; one more entry at the end.
        letters: The characters of the spellings.
    """

    rules: Records
    spellings: Ints
    letters: NDArray[np.uint32]


class Sums(NamedTuple):
    """What scores are added up from, and what becomes of them.

    Attributes:
        terms: Of each term where its weights begin and end.
        weights: The weights, each with its label.
        labels: Of each label its bias, slope and offset (see ``Calibration``); the log odds that it has where nothing is
            found, or those of a likelier label below it, those of the likeliest label below it, and the label that the
            former are of; the label above it or -1, which stands before it; and where the labels below it begin and end in
            ``children``.
        children: The labels below each label, the last one first.
    """

    terms: Records
    weights: Records
    labels: Records
    children: NDArray[np.int32]


class Choices(NamedTuple):
    """Which labels of a sentence to answer with.

    Attributes:
        labels: Of each label the score below which neither it nor a label above it is reached by it; from which
            probability on it is given, and put up for review, each with its log odds; and whether it may be an answer.
        always: The labels that are answered with even where nothing is found.
        least: What must be added to a label's bias, of whichever label that is least, before anything is reached.
    """

    labels: Records
    always: NDArray[np.int32]
    least: float


class Tables(NamedTuple):
    """All that a model is to the loops."""

    keys: Keys
    rules: Rules
    sums: Sums
