"""The table of a model's keys: how their bytes are hashed, and where each goes."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from functools import reduce
from itertools import chain
from operator import or_
from typing import Any

import numpy as np
from numpy.typing import NDArray

from industag.kernel.tables import CARD, HAS_RULES, IS_TERM, MULTIPLIERS, NEXT, RULE_LISTS, SCATTER, Keys, list_bit
from industag.scoring import Scorer

Ints = NDArray[np.int64]
Records = NDArray[Any]

_MARGIN = 3
"""So many noughts at least stand behind the bytes of a key, as many as are looked at for the next character."""


def keys_of(scorer: Scorer, rules: Records, under: Sequence[Sequence[int]], lists: Collection[Sequence[int]]) -> Keys:
    """Return the keys of a model, given its rules key by key, and the lists of keys in them in the order of their numbers.

    ``under`` holds for each key the numbers of the keywords found under it.
    """
    keys, terms = scorer.reader.keys, np.array(scorer.reader.term_of_key, dtype=np.int64)
    weights = scorer.weights
    as_bytes, lengths, ends_here = _bytes_of([key.encode("utf-8", "surrogatepass") for key in keys])
    multipliers = (np.uint64(MULTIPLIERS[0]), np.uint64(MULTIPLIERS[1]))
    words = np.ascontiguousarray(as_bytes[:, :-_MARGIN]).view("<u8").astype(np.uint64)
    whole, beginnings, following = _hashes(as_bytes, words, lengths, ends_here, multipliers)
    standing_in = turned(lists, len(keys))
    own = np.zeros(len(keys), dtype=CARD)
    own["low"], own["high"], own["length"], own["term"] = words[:, 0], words[:, 1], lengths, terms
    is_term = terms >= 0
    own["idf"][is_term] = scorer.vocabulary.idf[terms[is_term]]
    strongest = np.zeros(len(scorer.vocabulary.idf))
    np.maximum.at(strongest, np.repeat(np.arange(len(strongest)), np.diff(weights.row)), weights.term)
    own["strongest"][is_term] = np.nextafter(strongest[terms[is_term]].astype(np.float32), np.float32(np.inf))
    own["use"] = [
        IS_TERM * bool(term) | HAS_RULES * bool(found) | reduce(or_, map(list_bit, member), 0)
        for term, found, member in zip(is_term, under, standing_in, strict=True)
    ]
    further = np.maximum(0, (lengths - 9) // 8)
    own["more"] = begins_of(further)[:-1]
    for name, numbers in (("rule", under), ("list", standing_in)):
        begins = begins_of(list(map(len, numbers)))
        own[name], own[f"{name}_end"] = begins[:-1], begins[1:]
    bits = np.array([0, *(list_bit(number) for number in range(1, len(lists)))], dtype=np.int32)
    for name in RULE_LISTS:
        np.bitwise_or.at(own["asked"], np.repeat(np.arange(len(keys)), list(map(len, under))), bits[rules[name]])
    cards = _on_lines(_size(4 * len(keys) // 3), CARD)
    cards[_seats(_scatter(whole), len(cards))] = own
    return Keys(
        hints=_hints(_scatter(whole), _scatter(beginnings), following),
        cards=cards,
        more=words[:, 2:][np.arange(words.shape[1] - 2) < further[:, None]],
        lists=np.array(list(chain.from_iterable(standing_in)), dtype=np.int32),
        longest=int(lengths.max(initial=0)),
        multipliers=multipliers,
    )


def _bytes_of(keys: Sequence[bytes]) -> tuple[NDArray[np.uint8], Ints, NDArray[np.bool_]]:
    """Return the bytes of keys, with noughts behind the last; their lengths; and where characters end.

    The shapes are (n_keys, n_bytes + _MARGIN), n_bytes a multiple of eight and sixteen at least; (n_keys,); and that of the
    first, True at a length if so many bytes are whole characters.
    """
    lengths = np.array([len(key) for key in keys], dtype=np.int64)
    width = max(16, -(-int(lengths.max(initial=0)) // 8) * 8)
    as_bytes = np.zeros((len(keys), width + _MARGIN), dtype=np.uint8)
    place = np.arange(width + _MARGIN)
    as_bytes[place < lengths[:, None]] = np.frombuffer(b"".join(keys), dtype=np.uint8)
    return as_bytes, lengths, (as_bytes & 0xC0 != 0x80) & (place <= lengths[:, None])


def _on_lines(count: int, kind: np.dtype[Any]) -> Records:
    """Return room for so many records, each on one line of the processor's cache if it is as large as one."""
    room = np.zeros(count * kind.itemsize + 64, dtype=np.uint8)
    offset = -room.ctypes.data % 64
    return room[offset : offset + count * kind.itemsize].view(kind)


def turned(lists: Iterable[Iterable[int]], n_keys: int) -> list[list[int]]:
    """Return for each key the numbers of the lists that it stands in, ascending."""
    turned: list[list[int]] = [[] for _ in range(n_keys)]
    for number, keys in enumerate(lists):
        for key in keys:
            turned[key].append(number)
    return turned


def begins_of(lengths: Sequence[int] | Ints) -> Ints:
    """Return where stretches of these lengths begin when they stand one after another, and where the last one ends."""
    return np.concatenate(([0], np.cumsum(np.asarray(lengths, dtype=np.int64)))).astype(np.int64)


def _hashes(
    as_bytes: NDArray[np.uint8],
    words: NDArray[np.uint64],
    lengths: Ints,
    ends_here: NDArray[np.bool_],
    multipliers: tuple[np.uint64, np.uint64],
) -> tuple[NDArray[np.uint64], NDArray[np.uint64], NDArray[np.uint64]]:
    """Return the hash of each key, the hashes of all beginnings of keys, and the character that each of these goes on with.

    The first sixteen bytes, as two numbers, are multiplied with one number each and added up; for every eight bytes more
    what there is is mixed, multiplied, and the next multiple is added. The loops do the same.
    """
    whole = np.zeros(len(lengths), dtype=np.uint64)
    beginnings: list[NDArray[np.uint64]] = [np.zeros(0, dtype=np.uint64)]
    following: list[NDArray[np.uint64]] = [np.zeros(0, dtype=np.uint64)]
    so_far = np.zeros(len(lengths), dtype=np.uint64)
    for length in range(1, int(lengths.max(initial=0)) + 1):
        word, n_bytes = (length - 1) // 8, (length - 1) % 8 + 1
        last = words[:, word] & np.uint64((1 << 8 * n_bytes) - 1)
        hashes = so_far + last * multipliers[min(word, 1)]
        whole[lengths == length] = hashes[lengths == length]
        goes_on = ends_here[:, length] & (lengths > length)
        beginnings.append(hashes[goes_on])
        following.append(_characters(as_bytes[goes_on, length : length + _MARGIN]))
        if n_bytes == 8:
            so_far = hashes if word == 0 else _mixed(hashes) * multipliers[0]
    return whole, np.concatenate(beginnings), np.concatenate(following)


def _characters(following: NDArray[np.uint8]) -> NDArray[np.uint64]:
    """Return the characters that bytes begin with, of shape (n, 3), as numbers; of one of four bytes, three of them."""
    first, second, third = following.T.astype(np.uint64)
    second[first < 0xC0] = third[first < 0xE0] = 0
    characters: NDArray[np.uint64] = first | second << np.uint64(8) | third << np.uint64(16)
    return characters


def _mixed(hashes: NDArray[np.uint64]) -> NDArray[np.uint64]:
    mixed: NDArray[np.uint64] = hashes ^ (hashes >> np.uint64(32))
    return mixed


def _scatter(hashes: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Return numbers of which the upper bits depend on the whole hash; the loops do the same."""
    scattered: NDArray[np.uint64] = _mixed(hashes) * np.uint64(SCATTER)
    return scattered


def _size(count: int) -> int:
    """Return the smallest power of two that is not below a count, or 64."""
    return 1 << max(6, (count - 1).bit_length())


def _places(scattered: NDArray[np.uint64], size: int) -> Ints:
    """Return the places of hashes in a table, given by their upper bits."""
    return (scattered >> np.uint64(65 - size.bit_length())).astype(np.int64)


def _hints(whole: NDArray[np.uint64], beginnings: NDArray[np.uint64], following: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Return the bit map in which keys and beginnings are set, each at a place that its hash names."""
    size = _size(max(len(whole), len(np.unique(beginnings))) // 4)
    is_set = np.zeros((size, 64), dtype=np.uint8)
    is_set[_places(whole, size), whole & np.uint64(31)] = 1
    bits = (beginnings ^ (following * np.uint64(NEXT) >> np.uint64(59))) & np.uint64(31)
    is_set[_places(beginnings, size), bits + np.uint64(32)] = 1
    return np.packbits(is_set, axis=1, bitorder="little").view(np.uint64).ravel()


def _seats(scattered: NDArray[np.uint64], size: int) -> Ints:
    """Return where keys go in a hash table: each to the first free place from its own on."""
    is_free = np.ones(size, dtype=np.bool_)
    place = _places(scattered, size)
    waiting = np.arange(len(scattered))
    while len(waiting):
        free = waiting[is_free[place[waiting]]]
        _, first = np.unique(place[free], return_index=True)
        seated = free[first]
        is_free[place[seated]] = False
        waiting = np.setdiff1d(waiting, seated, assume_unique=True)
        place[waiting] = (place[waiting] + 1) % size
    return place
