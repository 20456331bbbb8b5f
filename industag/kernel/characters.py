"""What the compiled loops need to know of each character: what it folds to, and what kind of character it is."""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from industag import sentences
from industag.normalise import SILENT_CATEGORIES, SIMPLIFIED, fold_character
from industag.units import kind_of

EMITTED, ALONE, DIGIT, MARK, SEVERAL = (1 << bit for bit in range(24, 29))
"""What a folded character does, as bits beside its code: it is part of a unit; it is a unit by itself; it is a digit; it
parts phrases; or it stands for several characters, each with bits of its own. One that is skipped and parts nothing is 0."""
CODE = 0x1FFFFF
"""The bits of the code itself."""

_BITS = {"skipped": 0, "letter": EMITTED, "single": EMITTED | ALONE, "mark": MARK}

SPACE, LOWER, UPPER, ALPHABETIC, DECIMAL = (1 << bit for bit in range(5))
CLOSER, STOP, POINT, PAUSE, BULLET, NUMERAL, ITEM_MARK, SECTION_NAME, OPENS_LIST, PARTS_BLOCKS = (
    1 << bit for bit in range(5, 15)
)
"""Properties of a character as written, and what it may be to the splitter of sentences."""

_ROLES = (
    (CLOSER, sentences.CLOSERS),
    (STOP, sentences.STOPS),
    (POINT, sentences.POINTS),
    (PAUSE, sentences.PAUSES),
    (BULLET, sentences.BULLETS),
    (NUMERAL, sentences.NUMERALS),
    (ITEM_MARK, sentences.ITEM_MARKS),
    (SECTION_NAME, sentences.SECTION_NAMES),
    (OPENS_LIST, sentences.OPENS_LIST),
    (PARTS_BLOCKS, sentences.PARTS_BLOCKS),
)

_DENSE = 0x34000
"""Every character below has its own place in the tables."""
_TAGS, _TAGS_END = 0xE0000, 0xE1000
"""So have these; whatever else there is stands for itself and parts phrases."""
_SIZE = _DENSE + (_TAGS_END - _TAGS) + 1


class Characters(NamedTuple):
    """The tables; the place of a character is ``place_of``.

    Attributes:
        folded: What each character folds to: one small character with its bits, or SEVERAL and the number of a sequence.
        cased: The same with its case kept.
        traits: The properties of the character as written, added up.
        begins: Where each sequence begins in ``several``; one more entry at the end.
        several: The sequences, characters with their bits.
    """

    folded: NDArray[np.uint32]
    cased: NDArray[np.uint32]
    traits: NDArray[np.uint16]
    begins: NDArray[np.int32]
    several: NDArray[np.uint32]


def place_of(code: int) -> int:
    """Return where a character stands in the tables."""
    if code < _DENSE:
        return code
    if _TAGS <= code < _TAGS_END:
        return code - _TAGS + _DENSE
    return _SIZE - 1


@lru_cache(maxsize=1)
def characters() -> Characters:
    """Return the tables for the Unicode version of this Python."""
    folded = np.full(_SIZE, MARK, dtype=np.uint32)  # whatever has no place of its own parts phrases
    cased = np.zeros(_SIZE, dtype=np.uint32)
    traits = np.zeros(_SIZE, dtype=np.uint16)
    begins: list[int] = [0]
    several: list[int] = []

    def entry(text: str) -> int:
        if len(text) == 1:
            return _entry(text)
        several.extend(map(_entry, text))
        begins.append(len(several))
        return SEVERAL | (len(begins) - 2)

    for code in (*range(_DENSE), *range(_TAGS, _TAGS_END)):
        place, char = place_of(code), chr(code)
        traits[place] = _traits(char)
        if _folds_to_itself(char):
            folded[place], cased[place] = entry(char), code
        else:
            folded[place] = entry(fold_character(char, lower=True))
            cased[place] = entry(fold_character(char, lower=False))
    for role, chars in _ROLES:
        traits[[ord(char) for char in chars]] |= role
    return Characters(folded, cased, traits, np.array(begins, dtype=np.int32), np.array(several, dtype=np.uint32))


def _folds_to_itself(char: str) -> bool:
    """Tell of a character that folding leaves it as it is; False where that is not plain."""
    return (
        not unicodedata.decomposition(char)
        and unicodedata.category(char) not in SILENT_CATEGORIES
        and char.lower() == char
        and char not in SIMPLIFIED
    )


def _traits(char: str) -> int:
    return (
        SPACE * char.isspace()
        + LOWER * char.islower()
        + UPPER * char.isupper()
        + ALPHABETIC * char.isalpha()
        + DECIMAL * char.isdecimal()
    )


def _entry(folded: str) -> int:
    """Return a folded character with its bits; 0 for one that is skipped."""
    bits = _BITS[kind_of(folded)]
    if bits == EMITTED and folded.isdecimal():
        bits |= DIGIT
    return ord(folded) | bits if bits else 0
