"""Reading in compiled loops: what ``split_units`` does, on code points.

The joined text is written as UTF-8, so that eight letters, or nearly three Chinese characters, are compared at once.
Stretches of ASCII are read many characters at a time; whatever else there is, one by one.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from industag.kernel.characters import ALONE, CODE, DIGIT, EMITTED, MARK, SEVERAL, Characters, place_of
from industag.kernel.compiling import compiled
from industag.kernel.utf8 import ASCII, write_character
from industag.kernel.wide import LANES, SIXTEEN, classify, copy_sixteen, leading_zeros, trailing_zeros
from industag.units import BREAK

Codes = NDArray[np.uint32]
Bytes = NDArray[np.uint8]
Records = NDArray[Any]

_BREAK, _FULL_STOP = ord(BREAK), ord(".")
_ONE, _NONE, _FULL = np.uint64(1), np.uint64(0), np.uint64((1 << LANES) - 1)
_LONGEST_CODE = 4
_SLACK = 3 * SIXTEEN
"""So much room is kept behind whatever is written of the joined text, since it is written and read many bytes at a time."""
_A_FEW = 8
"""Reading many at a time is worth it where the next few are ASCII."""

U = np.uint64
"""An index of this type costs nothing to check: it cannot count from the end."""

_place = compiled(place_of)

UNIT = np.dtype([("start", "i4"), ("end", "i4"), ("from", "i4"), ("to", "i4"), ("origin", "i4"), ("limit", "i4")])
"""A unit: where its bytes start and end in the joined text, where its characters do, and where it does in the sentence."""


class Page(NamedTuple):
    """Room for what is read of one sentence.

    Attributes:
        joined: The joined text, in UTF-8.
        units: The units.
        going: A number for each unit, for those who look through them.
        lanes: Characters read together.
    """

    joined: Bytes
    units: Records
    going: NDArray[np.int32]
    lanes: Bytes


def page_for(length: int) -> Page:
    """Return room for a sentence of so many characters."""
    return Page(
        np.zeros(_LONGEST_CODE * length + _SLACK + LANES, dtype=np.uint8),
        np.zeros(length + LANES, dtype=UNIT),
        np.empty(length + LANES, dtype=np.int32),
        np.zeros(LANES + SIXTEEN, dtype=np.uint8),
    )


class _Place(NamedTuple):
    """How far reading has come: in the sentence, and in units, bytes and characters written; and what stands last.

    ``broken`` is 1 where a phrase ended, ``in_word`` 1 behind a part of a word, ``in_number`` 1 behind a digit.
    """

    i: int
    units: int
    length: int
    characters: int
    broken: int
    in_word: int
    in_number: int


@compiled
def read_units(codes: Codes, start: int, end: int, characters: Characters, page: Page) -> int:
    """Write the units of ``codes[start:end]`` to a page and return how many there are, or -1 if the page is too small."""
    at = _Place(start, 0, 0, 0, 0, 0, 0)
    while at.i < end:
        if _lacks_room(at, end, page):
            return -1
        if at.in_word == 0 and _is_plain(codes, at.i, end):
            further = _read_together(codes, start, end, page, at)
            if further.i > at.i:
                at = further
                continue
        at = _read_singly(codes, start, end, characters, page, at)
        if at.i < 0:
            return -1
    return at.units


@compiled
def _lacks_room(at: _Place, end: int, page: Page) -> bool:
    """Tell whether a page may be too small for what is left of a sentence, if each character becomes at most one."""
    left = max(end - at.i, LANES)
    return at.length + _LONGEST_CODE * left + _SLACK > len(page.joined) or at.units + left >= len(page.units)


@compiled
def _is_plain(codes: Codes, i: int, end: int) -> bool:
    """Tell whether it is worth while to read many characters together."""
    return i + LANES <= len(codes) and codes[i] < ASCII and codes[min(i + _A_FEW, end) - 1] < ASCII


@compiled
def _read_together(codes: Codes, start: int, end: int, page: Page, at: _Place) -> _Place:
    """Read on as far as there is ASCII, and whole words, in the next characters; a new word must begin here.

    It comes no farther where a word goes on beyond them.
    """
    joined, units, lanes = page.joined, page.units, page.lanes
    letters, digits, stops, pluses, skipped, beyond = classify(codes, at.i, lanes)
    limit = min(trailing_zeros(beyond), LANES)
    ends = end - at.i <= limit
    if ends:
        limit = end - at.i
    inside = _FULL >> U(LANES - limit)
    digits &= inside
    points = stops & (digits << _ONE)
    words = (letters | digits) & inside
    if not ends:  # a word, or a number with its full stop, that touches the limit may go on
        limit = 64 - leading_zeros(inside & ~(words | points))
        if limit == 0:
            return at
        inside = _FULL >> U(LANES - limit)
        digits &= inside
    points &= digits >> _ONE
    words = (words & inside) | points
    alone = pluses & inside
    marks = inside & ~(words | alone | skipped)
    unit, length, n_characters, broken = at.units, at.length, at.characters, at.broken
    more = length - n_characters
    begins = (words & ~(words << _ONE)) | alone
    last = 0
    while begins != _NONE:
        first = trailing_zeros(begins)
        begins &= begins - _ONE
        if marks & (_ONE << U(first)) - _ONE & ~((_ONE << U(last)) - _ONE):
            broken = 1
        last = first + max(1, trailing_zeros(~(words >> U(first))))
        joined[U(length)] = _BREAK
        length += broken & np.int64(unit > 0)
        broken = 0
        copy_sixteen(lanes, first, joined, length)
        if last - first > SIXTEEN:
            copy_sixteen(lanes, first + SIXTEEN, joined, length + SIXTEEN)
        own = units[U(unit)]
        own.start = length
        own["from"] = length - more
        length += last - first
        own.end = length
        own.to = length - more
        own.origin = at.i + first - start
        own.limit = at.i + last - start
        unit += 1
    if marks & ~((_ONE << U(last)) - _ONE):
        broken = 1
    return _Place(at.i + limit, unit, length, length - more, broken, 0, 0)


@compiled
def _read_singly(codes: Codes, start: int, end: int, characters: Characters, page: Page, at: _Place) -> _Place:
    """Read a character or more, up to a new stretch of ASCII.

    The place returned is before the start of all texts if the page is too small.
    """
    i, unit, length, n_characters, broken, in_word, in_number = at
    while True:
        entry = np.int64(characters.folded[U(_place(codes[i]))])
        step, steps = 0, 1
        if entry & SEVERAL:
            step, steps = np.int64(characters.begins[entry & CODE]), np.int64(characters.begins[(entry & CODE) + 1])
            more = steps - step + max(end - i, LANES)
            if length + _LONGEST_CODE * more + _SLACK > len(page.joined) or unit + more >= len(page.units):
                return _Place(-1, unit, length, n_characters, broken, in_word, in_number)
        while step < steps:
            each = np.int64(characters.several[step]) if entry & SEVERAL else entry
            step += 1
            if each & EMITTED == 0:
                if each & MARK:
                    if in_number and each & CODE == _FULL_STOP and _digit_follows(codes, i, end, step, steps, characters):
                        length = write_character(_FULL_STOP, page.joined, length)
                        n_characters += 1
                        in_number = 0
                        continue
                    broken = 1
                in_word = in_number = 0
                continue
            if each & ALONE or not in_word:
                page.joined[U(length)] = _BREAK
                parted = broken & np.int64(unit > 0)
                length += parted
                n_characters += parted
                broken = 0
                begun = page.units[U(unit)]
                begun.start, begun["from"], begun.origin = length, n_characters, i - start
                unit += 1
            length = write_character(each & CODE, page.joined, length)
            n_characters += 1
            own = page.units[U(unit - 1)]
            own.end, own.to, own.limit = length, n_characters, i + 1 - start
            in_word = np.int64(each & ALONE == 0)
            in_number = np.int64(each & DIGIT != 0)
        i += 1
        if i >= end or (codes[i] < ASCII and not in_word):
            return _Place(i, unit, length, n_characters, broken, in_word, in_number)


@compiled
def _digit_follows(codes: Codes, i: int, end: int, step: int, steps: int, characters: Characters) -> bool:
    """Tell whether a digit comes next: as the next of the characters that one folds to, or as the next in the sentence."""
    entry = np.int64(characters.folded[_place(codes[i])])
    if entry & SEVERAL and step < steps:
        return characters.several[step] & DIGIT != 0
    if i + 1 >= end:
        return False
    entry = np.int64(characters.folded[_place(codes[i + 1])])
    if entry & SEVERAL:
        return characters.several[characters.begins[entry & CODE]] & DIGIT != 0
    return entry & DIGIT != 0
