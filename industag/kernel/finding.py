"""Finding keys in compiled loops: what ``PhraseMatcher`` does, on the page of a sentence.

Whether keys stand at the units is asked unit by unit: first of one unit each, then of two for those units that some key goes
on from, and so on. Hardly any of this depends on a guess of the processor.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from industag.kernel.compiling import compiled
from industag.kernel.reading import Page, U
from industag.kernel.tables import NEXT, SCATTER, Keys
from industag.kernel.wide import EIGHT, SIXTEEN, load_eight

Records = NDArray[Any]
Record = Any
Number = Any

_SCATTER = np.uint64(SCATTER)
_HALF, _ALL_BITS, _ONE, _PLACES = np.uint64(32), np.uint64(64), np.uint64(1), np.uint64(31)
_NEXT, _UPPER_FIVE = np.uint64(NEXT), np.uint64(59)
_FOUR, _FIFTEEN = np.uint64(4), np.uint64(15)
_FAR = 1 << 30

_MASKS = [(1 << 8 * n) - 1 for n in range(EIGHT + 1)]
_FIRST = np.array([_MASKS[min(n, EIGHT)] for n in range(SIXTEEN + 1)], dtype=np.uint64)
_SECOND = np.array([_MASKS[max(n - EIGHT, 0)] for n in range(SIXTEEN + 1)], dtype=np.uint64)
"""Which bits of the first and the second eight bytes belong to a stretch of so many bytes."""

_CHARACTER = np.array([_MASKS[1]] * 12 + [_MASKS[2]] * 2 + [_MASKS[3]] * 2, dtype=np.uint64)
"""Which bits belong to the next character, by the upper half of its first byte; of four bytes, three are enough."""

HIT = np.dtype([("key", "i4"), ("first", "i4"), ("last", "i4"), ("use", "i4"), ("hash", "u8")])
"""A key found: its place in the table (or that of a keyword's rule), its first and last unit, its uses, and its hash."""


def hits_for(length: int) -> Records:
    """Return room for keys found."""
    return np.empty(length, dtype=HIT)


@compiled
def find_keys(page: Page, n_units: int, keys: Keys, hits: Records) -> int:
    """Write the keys that stand in a page's joined text; return how many there are, or -1 if there is no room for more.

    They come by length in units and then by place.
    """
    hints, longest, units, going = keys.hints, keys.longest, page.units, page.going
    shift = _ALL_BITS - _bits_of(len(hints))
    n_going = n_units  # all, in order
    count = 0
    more = 0  # how many units behind the first
    units[U(n_units)].end = _FAR  # no key goes on behind the last unit
    while n_going:
        if count + n_going > len(hits):
            return -1
        found: Number = count
        still: Number = 0
        for i in range(n_going):
            first = int(going[U(i)]) if more else i
            start, end = int(units[U(first)].start), units[U(first + more)].end
            scattered = _scattered(page, start, end - start, keys)
            hint = hints[scattered >> shift]
            hit = hits[U(found)]
            hit.first = first
            hit.last = first + more
            hit.hash = scattered
            found += np.int64(hint >> (scattered & _PLACES) & _ONE)
            going[U(still)] = first
            following = load_eight(page.joined, end)
            following &= _CHARACTER[following >> _FOUR & _FIFTEEN]
            goes_on = hint >> _HALF >> ((scattered ^ (following * _NEXT >> _UPPER_FIVE)) & _PLACES) & _ONE
            still += np.int64(goes_on) & np.int64(units[U(first + more + 1)].end - start <= longest)
        n_going = still
        more += 1
        count = _look_up(page, keys, hits, count, found)
    return count


@compiled
def _scattered(page: Page, start: int, length: int, keys: Keys) -> Number:
    """Return the scattered hash of a stretch of the joined text: see ``key_table``."""
    one, two = keys.multipliers
    low, high = load_eight(page.joined, start), load_eight(page.joined, start + EIGHT)
    if length <= SIXTEEN:
        mixed = (low & _FIRST[U(length)]) * one + (high & _SECOND[U(length)]) * two
    else:
        mixed = low * one + high * two
        for place in range(SIXTEEN, length, EIGHT):
            rest = load_eight(page.joined, start + place) & _FIRST[U(min(length - place, EIGHT))]
            mixed = (mixed ^ (mixed >> _HALF)) * one + rest * two
    return (mixed ^ (mixed >> _HALF)) * _SCATTER


@compiled
def _look_up(page: Page, keys: Keys, hits: Records, begin: int, end: int) -> int:
    """Keep of the hits from ``begin`` on those that are keys, with their places in the table and their uses.

    These places lie all over the memory, so each is fetched for all hits before any is looked at.
    """
    cards = keys.cards
    shift = _ALL_BITS - _bits_of(len(cards))
    for i in range(begin, end):
        hit = hits[U(i)]
        hit.key = hit.hash >> shift
        hit.use = cards[U(hit.key)].use
    kept = begin
    for i in range(begin, end):
        hit = hits[U(i)]
        key = int(hit.key)
        if _differs(key, keys, page, hit):
            key = _search(page, keys, hit)
        if key >= 0:
            to = hits[U(kept)]
            to.first, to.last = hit.first, hit.last
            to.key, to.use = key, cards[U(key)].use
            kept += 1
    return kept


@compiled
def _search(page: Page, keys: Keys, hit: Record) -> int:
    """Return the place of the key that a hit is, or -1; a hash alone proves nothing."""
    mask = len(keys.cards) - 1
    key = int(hit.key)
    while keys.cards[U(key)].length != 0:
        if not _differs(key, keys, page, hit):
            return key
        key = (key + 1) & mask
    return -1


@compiled
def _differs(key: int, keys: Keys, page: Page, hit: Record) -> bool:
    """Tell whether a key is anything but what stands in the joined text."""
    start = int(page.units[U(hit.first)].start)
    length = page.units[U(hit.last)].end - start
    card = keys.cards[U(key)]
    if card.length != length:
        return True
    low, high = load_eight(page.joined, start), load_eight(page.joined, start + EIGHT)
    if length <= SIXTEEN:
        other: bool = ((low & _FIRST[U(length)]) ^ card.low) | ((high & _SECOND[U(length)]) ^ card.high) != 0
        return other
    if low != card.low or high != card.high:
        return True
    more = int(card.more)
    for place in range(SIXTEEN, length, EIGHT):
        rest = load_eight(page.joined, start + place) & _FIRST[U(min(length - place, EIGHT))]
        if rest != keys.more[U(more)]:
            return True
        more += 1
    return False


@compiled
def _bits_of(size: int) -> np.uint64:
    """Return the logarithm of a power of two."""
    bits = np.uint64(0)
    while size > 1:
        size >>= 1
        bits += _ONE
    return bits
