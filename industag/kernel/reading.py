"""Reading in compiled loops: what ``split_units`` and ``PhraseMatcher`` do, on code points.

A sentence is read once. The hash of a stretch of the joined text is the sum of its characters, each times a power of
``BASE``; sums over all beginnings of the text are kept, so the hash of any stretch is one subtraction away (Karp and
Rabin, 1987). Whether keys stand at the units is then asked unit by unit: first of one unit each, then of two for those
units that some key goes on from, and so on. Hardly any of this depends on a guess of the processor.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from industag.kernel.characters import ALONE, CODE, DIGIT, EMITTED, MARK, SEVERAL, Characters, place_of
from industag.kernel.compiling import compiled
from industag.kernel.tables import BASE, CHARACTERS, INVERSE, LENGTH, SCATTER, USE, Keys
from industag.units import BREAK

Codes = NDArray[np.uint32]
Records = NDArray[Any]
Record = Any

_BREAK, _FULL_STOP = ord(BREAK), ord(".")
_SCATTER = np.uint64(SCATTER)
_HALF, _ALL_BITS, _ONE, _PLACES = np.uint64(32), np.uint64(64), np.uint64(1), np.uint64(31)
_LOW = np.uint64(0xFFFFFFFF)

U = np.uint64
"""An index of this type costs nothing to check: it cannot count from the end."""

_place = compiled(place_of)


class Page(NamedTuple):
    """Room for what is read of one sentence.

    Attributes:
        joined: The joined text.
        whence: For each character of it, where it comes from in the sentence.
        sums: The hash of each beginning of it.
        starts: For each unit, where it starts in ``joined``.
        ends: Where it ends.
        powers: BASE to the power of 0, 1, ...
        inverses: The numbers that these give 1 with, modulo 2^64.
        going: The units from which a key may go on.
    """

    joined: Codes
    whence: NDArray[np.int32]
    sums: NDArray[np.uint64]
    starts: NDArray[np.int32]
    ends: NDArray[np.int32]
    powers: NDArray[np.uint64]
    inverses: NDArray[np.uint64]
    going: NDArray[np.int32]


HIT = np.dtype([("key", "i4"), ("first", "i4"), ("last", "i4"), ("use", "i4"), ("hash", "u8")])
"""A key found: the place of its card (or a keyword: its number), its first and last unit, its uses, and its hash."""


def page_for(length: int) -> Page:
    """Return room for a sentence of so many characters."""
    size = length + 4
    return Page(
        np.empty(size, dtype=np.uint32),
        np.empty(size, dtype=np.int32),
        np.empty(size, dtype=np.uint64),
        np.empty(size, dtype=np.int32),
        np.empty(size, dtype=np.int32),
        _powers(BASE, size),
        _powers(INVERSE, size),
        np.empty(size, dtype=np.int32),
    )


def _powers(number: int, count: int) -> NDArray[np.uint64]:
    factors = np.full(count, number, dtype=np.uint64)
    factors[0] = 1
    return np.multiply.accumulate(factors)


def hits_for(length: int) -> Records:
    """Return room for keys found."""
    return np.empty(length, dtype=HIT)


@compiled
def read_units(codes: Codes, characters: Characters, page: Page) -> int:
    """Write the units of a sentence to a page and return how many there are, or -1 if the page is too small."""
    folded = characters.folded
    joined, whence, sums, powers, starts = page.joined, page.whence, page.sums, page.powers, page.starts
    spare = len(joined) - len(codes) - 2  # each character becomes one of the joined text, some more than one
    if spare < 0:
        return -1
    total = np.uint64(0)
    sums[0] = total
    length = 0
    units = 0
    goes_on = 0  # 1 where the last character was part of a word
    for i in range(len(codes)):
        entry = np.int64(folded[U(_place(codes[i]))])
        if entry & (MARK | SEVERAL):
            step, steps = 0, 1
            if entry & SEVERAL:
                step, steps = characters.begins[entry & CODE], characters.begins[(entry & CODE) + 1]
                spare -= steps - step
                if spare < 0:
                    return -1
            while step < steps:
                each = np.int64(characters.several[step]) if entry & SEVERAL else entry
                step += 1
                if each & MARK:
                    code = _FULL_STOP
                    if not (goes_on and each & CODE == _FULL_STOP and _in_number(codes, i, step, characters, page, length)):
                        goes_on, code = 0, _BREAK
                        if length == 0 or joined[length - 1] == _BREAK:
                            continue
                else:
                    code = each & CODE
                    if each & EMITTED and (each & ALONE or not goes_on):
                        starts[units] = length
                        units += 1
                    goes_on = 1 if each & (EMITTED | ALONE) == EMITTED else 0
                    if not each & EMITTED:
                        continue
                joined[length], whence[length] = code, i
                total += np.uint64(code) * powers[length]
                length += 1
                sums[length] = total
            continue
        # A letter or a space, which of them is hard to foresee: everything is written, but it stays only for a letter.
        emitted = entry >> 24 & 1
        alone = entry >> 25 & 1
        code = entry & CODE
        joined[U(length)] = code
        whence[U(length)] = i
        starts[U(units)] = length
        units += emitted & (alone | (1 - goes_on))
        total += U(code) * powers[U(length)]
        length += emitted
        sums[U(length)] = total
        goes_on = emitted & (1 - alone)
    starts[units] = length
    for unit in range(units):
        end = starts[unit + 1]
        page.ends[unit] = end - np.int32(joined[U(end - 1)] == _BREAK)
    return units


@compiled
def _in_number(codes: Codes, i: int, step: int, characters: Characters, page: Page, length: int) -> bool:
    """Tell whether a full stop has a digit on both sides: before it in the joined text, and behind it in the sentence."""
    if not characters.folded[_place(page.joined[length - 1])] & DIGIT:
        return False
    entry = np.int64(characters.folded[_place(codes[i])])
    if entry & SEVERAL and step < characters.begins[(entry & CODE) + 1]:
        return characters.several[step] & DIGIT != 0
    if i + 1 == len(codes):
        return False
    entry = np.int64(characters.folded[_place(codes[i + 1])])
    if entry & SEVERAL:
        return characters.several[characters.begins[entry & CODE]] & DIGIT != 0
    return entry & DIGIT != 0


@compiled
def find_keys(page: Page, units: int, keys: Keys, hits: Records) -> int:
    """Write the keys that stand in a page's joined text; return how many there are, or -1 if there is no room for more.

    They come by length in units and then by place.
    """
    hints, longest = keys.hints, keys.longest
    starts, ends, sums, inverses, going = page.starts, page.ends, page.sums, page.inverses, page.going
    shift = _ALL_BITS - _bits_of(len(hints))
    for unit in range(units):
        going[unit] = unit
    n_going = units
    count = 0
    more = 0  # how many units behind the first
    ends[units] = starts[0] + 2 * (longest + len(going))  # no key goes on behind the last unit
    while n_going:
        if count + n_going > len(hits):
            return -1
        found, still = count, 0
        for i in range(n_going):
            first = U(going[i])
            last = U(np.int64(first) + more)
            start = U(starts[first])
            scattered = (sums[U(ends[last])] - sums[start]) * inverses[start]
            scattered = (scattered ^ (scattered >> _HALF)) * _SCATTER
            hint = hints[scattered >> shift] >> (scattered & _PLACES)
            hit = hits[U(found)]
            hit.first = first
            hit.last = last
            hit.hash = scattered
            found += np.int64(hint & _ONE)
            going[U(still)] = first
            fits = np.int64(ends[last + _ONE]) - np.int64(start) <= longest
            still += np.int64(hint >> _HALF & _ONE) & np.int64(fits)
        n_going = still
        more += 1
        count = _look_up(page, keys, hits, count, found)
    return count


@compiled
def _look_up(page: Page, keys: Keys, hits: Records, begin: int, end: int) -> int:
    """Keep of the hits from ``begin`` on those that are keys, with the places of their cards.

    Slots and cards lie all over the memory, so each is fetched for all hits before any is looked at.
    """
    slots, cards = keys.slots, keys.cards
    shift = _ALL_BITS - _bits_of(len(slots))
    for i in range(begin, end):
        hit = hits[U(i)]
        hit.key = np.int64(slots[hit.hash >> shift] & _LOW) - 1
    for i in range(begin, end):
        hit = hits[U(i)]
        hit.use = cards[U(hit.key * np.int64(hit.key > 0) + USE)]
    kept = begin
    for i in range(begin, end):
        hit = hits[U(i)]
        key = np.int64(hit.key)
        if key >= 0 and _differs(key, cards, page, hit):
            key = _search(page, keys, hit)
        if key >= 0:
            to = hits[U(kept)]
            to.first, to.last = hit.first, hit.last
            to.key, to.use = key, cards[U(key + USE)]
            kept += 1
    return kept


@compiled
def _search(page: Page, keys: Keys, hit: Record) -> int:
    """Return the place of the card of the key that a hit is, or -1; a hash alone proves nothing."""
    mask = len(keys.slots) - 1
    slot = np.int64(hit.hash >> (_ALL_BITS - _bits_of(len(keys.slots))))
    while keys.slots[U(slot)] != 0:
        key = np.int64(keys.slots[U(slot)] & _LOW) - 1
        if not _differs(key, keys.cards, page, hit):
            return key
        slot = (slot + 1) & mask
    return -1


@compiled
def _differs(key: int, cards: NDArray[np.int32], page: Page, hit: Record) -> bool:
    """Tell whether a key is anything but what stands in the joined text."""
    start = np.int64(page.starts[U(hit.first)])
    length = np.int64(page.ends[U(hit.last)]) - start
    if cards[U(key + LENGTH)] != length:
        return True
    for i in range(length):
        if cards[U(key + CHARACTERS + i)] != page.joined[U(start + i)]:
            return True
    return False


@compiled
def _bits_of(size: int) -> np.uint64:
    """Return the logarithm of a power of two."""
    bits = np.uint64(0)
    while size > 1:
        size >>= 1
        bits += _ONE
    return bits
