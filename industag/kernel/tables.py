"""A model as arrays: what the compiled loops look up, made from a ``Scorer`` and a ``Calibration``."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from functools import reduce
from itertools import chain
from operator import or_
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from industag.calibration import Calibration, probabilities_of
from industag.keywords import Rule
from industag.scoring import Scorer

Ints = NDArray[np.int64]
Records = NDArray[Any]

MULTIPLIERS = (0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F)
"""What the first and the second eight bytes of a key are multiplied with for its hash, modulo 2^64; see ``_hashes``."""
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

IS_TERM, HAS_RULES, HAS_CONDITIONS, IS_LISTED = 1, 2, 4, 8
"""What a key is used for: it is a term of the vocabulary; keywords are found under it, and some of them count only under
conditions; it stands in a rule's list."""
_FIRST_LIST_BIT, _LIST_BITS = 4, 27


def list_bit(number: int) -> int:
    """Return the bit that is set in the uses of all keys of a list, and of keys of some other lists."""
    return 1 << (_FIRST_LIST_BIT + number % _LIST_BITS)


class Keys(NamedTuple):
    """The keys to look for, in a hash table with open addressing.

    A key found by its hash is compared byte by byte, so two texts with one hash are never taken for another. A bit map
    small enough for the cache says first whether there can be a key, and whether one can begin like this.

    Attributes:
        hints: In the lower half of each number a bit for each key, in the upper half one for each beginning of a key.
        cards: The table, in which a key is known by its place: its first and second eight bytes (of UTF-8); as a term its inverse document frequency, its
            highest weight or 0, and its number; how many bytes it has, 0 where the place is free; its uses; where its further bytes begin in ``more``,
            the numbers of its keywords begin and end in ``rules``, and those of the lists that it stands in in ``lists``.
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


def tables_of(scorer: Scorer, calibration: Calibration) -> Tables:
    """Return the tables of a model."""
    lists: dict[tuple[int, ...], int] = {(): 0}
    ruling = _rules(scorer.rules.rules, scorer.weights.keyword, lists)
    return Tables(_keys(scorer, lists), ruling, _sums(scorer, calibration))


def _keys(scorer: Scorer, lists: Iterable[Sequence[int]]) -> Keys:
    keys, terms = scorer.reader.keys, np.array(scorer.reader.term_of_key, dtype=np.int64)
    rules, weights = scorer.rules.rules, scorer.weights
    words, lengths, ends_here = _words([key.encode("utf-8", "surrogatepass") for key in keys])
    multipliers = (np.uint64(MULTIPLIERS[0]), np.uint64(MULTIPLIERS[1]))
    whole, beginnings = _hashes(words, lengths, ends_here, multipliers)
    found_under, standing_in = _turned((rule.keys for rule in rules), len(keys)), _turned(lists, len(keys))
    own = np.zeros(len(keys), dtype=CARD)
    own["low"], own["high"], own["length"], own["term"] = words[:, 0], words[:, 1], lengths, terms
    is_term = terms >= 0
    own["idf"][is_term] = scorer.vocabulary.idf[terms[is_term]]
    strongest = np.zeros(len(scorer.vocabulary.idf))
    np.maximum.at(strongest, np.repeat(np.arange(len(strongest)), np.diff(weights.row)), weights.term)
    own["strongest"][is_term] = strongest[terms[is_term]]
    own["use"] = [
        IS_TERM * bool(term)
        | HAS_RULES * bool(under)
        | HAS_CONDITIONS * (not all(rules[rule].is_plain for rule in under))
        | IS_LISTED * bool(member)
        | reduce(or_, map(list_bit, member), 0)
        for term, under, member in zip(is_term, found_under, standing_in, strict=True)
    ]
    further = np.maximum(0, (lengths - 9) // 8)
    own["more"] = _begins(further)[:-1]
    for name, numbers in (("rule", found_under), ("list", standing_in)):
        begins = _begins(list(map(len, numbers)))
        own[name], own[f"{name}_end"] = begins[:-1], begins[1:]
    cards = _on_lines(_size(4 * len(keys) // 3), CARD)
    cards[_seats(_scatter(whole), len(cards))] = own
    return Keys(
        hints=_hints(_scatter(whole), _scatter(np.unique(beginnings))),
        cards=cards,
        more=words[:, 2:][np.arange(words.shape[1] - 2) < further[:, None]],
        rules=np.array(list(chain.from_iterable(found_under)), dtype=np.int32),
        lists=np.array(list(chain.from_iterable(standing_in)), dtype=np.int32),
        longest=int(lengths.max(initial=0)),
        multipliers=multipliers,
    )


def _words(keys: Sequence[bytes]) -> tuple[NDArray[np.uint64], Ints, NDArray[np.bool_]]:
    """Return the bytes of keys, eight to a number, noughts behind the last; their lengths; and where characters end.

    The shapes are (n_keys, n_numbers), with two numbers at least, (n_keys,), and (n_keys, n_bytes + 1): True at a length if
    so many bytes are whole characters.
    """
    lengths = np.array([len(key) for key in keys], dtype=np.int64)
    width = max(16, -(-int(lengths.max(initial=0)) // 8) * 8)
    as_bytes = np.zeros((len(keys), width + 1), dtype=np.uint8)
    place = np.arange(width)
    as_bytes[:, :-1][place < lengths[:, None]] = np.frombuffer(b"".join(keys), dtype=np.uint8)
    ends_here = (as_bytes & 0xC0 != 0x80) & (np.arange(width + 1) <= lengths[:, None])
    return np.ascontiguousarray(as_bytes[:, :-1]).view("<u8").astype(np.uint64), lengths, ends_here


def _on_lines(count: int, kind: np.dtype[Any]) -> Records:
    """Return room for so many records, each on one line of the processor's cache if it is as large as one."""
    room = np.zeros(count * kind.itemsize + 64, dtype=np.uint8)
    offset = -room.ctypes.data % 64
    return room[offset : offset + count * kind.itemsize].view(kind)


def _codes(text: str) -> NDArray[np.uint32]:
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)


def _turned(lists: Iterable[Iterable[int]], n_keys: int) -> list[list[int]]:
    """Return for each key the numbers of the lists that it stands in, ascending."""
    turned: list[list[int]] = [[] for _ in range(n_keys)]
    for number, keys in enumerate(lists):
        for key in keys:
            turned[key].append(number)
    return turned


def _begins(lengths: Sequence[int] | Ints) -> Ints:
    """Return where stretches of these lengths begin when they stand one after another, and where the last one ends."""
    return np.concatenate(([0], np.cumsum(np.asarray(lengths, dtype=np.int64)))).astype(np.int64)


def _hashes(
    words: NDArray[np.uint64], lengths: Ints, ends_here: NDArray[np.bool_], multipliers: tuple[np.uint64, np.uint64]
) -> tuple[NDArray[np.uint64], NDArray[np.uint64]]:
    """Return the hash of each key, and the hashes of all beginnings of keys that are no whole keys.

    The first sixteen bytes, as two numbers, are multiplied with one number each and added up; for every eight bytes more
    what there is is mixed, multiplied, and the next multiple is added. The loops do the same.
    """
    whole = np.zeros(len(lengths), dtype=np.uint64)
    beginnings: list[NDArray[np.uint64]] = [np.zeros(0, dtype=np.uint64)]
    so_far = np.zeros(len(lengths), dtype=np.uint64)
    for length in range(1, int(lengths.max(initial=0)) + 1):
        word, n_bytes = (length - 1) // 8, (length - 1) % 8 + 1
        last = words[:, word] & np.uint64((1 << 8 * n_bytes) - 1)
        hashes = so_far + last * multipliers[min(word, 1)]
        whole[lengths == length] = hashes[lengths == length]
        beginnings.append(hashes[ends_here[:, length] & (lengths > length)])
        if n_bytes == 8:
            so_far = hashes if word == 0 else _mixed(hashes) * multipliers[0]
    return whole, np.concatenate(beginnings)


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


def _hints(whole: NDArray[np.uint64], beginnings: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Return the bit map in which keys and beginnings are set, each at a place that its hash names."""
    size = _size(max(len(whole), len(beginnings)) // 8)
    is_set = np.zeros((size, 64), dtype=np.uint8)
    is_set[_places(whole, size), whole & np.uint64(31)] = 1
    is_set[_places(beginnings, size), (beginnings & np.uint64(31)) + np.uint64(32)] = 1
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


def _rules(rules: Sequence[Rule], values: NDArray[np.float64], lists: dict[tuple[int, ...], int]) -> Rules:
    """Return the rules, and number the lists of keys in them."""

    def listed(keys: Collection[int]) -> int:
        return lists.setdefault(tuple(sorted(keys)), len(lists))

    records = np.zeros(len(rules), dtype=RULE)
    spelled = _begins([len(rule.spellings) for rule in rules])
    records["spelled"], records["spelled_end"] = spelled[:-1], spelled[1:]
    for name in ("near", "cancelling_near", "cancelling_around"):
        records[name] = [listed(getattr(rule, name)) for rule in rules]
    records["label"] = [rule.label for rule in rules]
    records["plain"] = [rule.is_plain for rule in rules]
    records["tight"] = [rule.tight for rule in rules]
    records["rank"] = [rule.weight for rule in rules]
    records["value"] = values
    spellings = [spelling for rule in rules for spelling in rule.spellings]
    return Rules(records, _begins([len(spelling) for spelling in spellings]), _codes("".join(spellings)))


def _sums(scorer: Scorer, calibration: Calibration) -> Sums:
    weights = scorer.weights
    terms = np.zeros(len(scorer.vocabulary.idf), dtype=TERM)
    terms["row"], terms["row_end"] = weights.row[:-1], weights.row[1:]
    weighed = np.zeros(len(weights.term), dtype=WEIGHT)
    weighed["value"], weighed["label"] = weights.term, weights.label
    labels, children = _tree(scorer)
    labels["bias"], labels["slope"], labels["offset"] = weights.bias, calibration.slope, calibration.offset
    labels["resting"], labels["resting_via"] = calibration.log_odds(weights.bias), np.arange(len(labels))
    labels["resting_below"] = -np.inf
    for number in reversed(range(len(labels))):
        label, above = labels[number], labels["parent"][number]
        if above >= 0:
            labels["resting_below"][above] = max(labels["resting_below"][above], label["resting"])
        if above >= 0 and label["resting"] > labels["resting"][above]:
            labels["resting"][above], labels["resting_via"][above] = label["resting"], label["resting_via"]
    return Sums(terms, weighed, labels, children)


def _tree(scorer: Scorer) -> tuple[Records, NDArray[np.int32]]:
    """Return records of the labels that say what is above and below each, and the labels below, the last one first."""
    column = {label: number for number, label in enumerate(scorer.taxonomy.ids)}
    labels = np.zeros(len(column), dtype=LABEL)
    labels["parent"] = [-1 if label.parent is None else column[label.parent] for label in scorer.taxonomy]
    below: list[list[int]] = [[] for _ in labels]
    for number in reversed(range(len(labels))):
        if labels["parent"][number] >= 0:
            below[labels["parent"][number]].append(number)
    begins = _begins([len(children) for children in below])
    labels["child"], labels["child_end"] = begins[:-1], begins[1:]
    return labels, np.array([child for children in below for child in children], dtype=np.int32)


def choices_of(
    sums: Sums, threshold: NDArray[np.float64], review_from: NDArray[np.float64], allowed: NDArray[np.bool_]
) -> Choices:
    """Return the choices that thresholds and the allowed labels make, for a model's sums."""
    lowest = review_from.copy()
    for number, above in enumerate(sums.labels["parent"]):
        if above >= 0:
            lowest[number] = min(lowest[number], lowest[above])
    reachable = np.clip(lowest, 1e-12, 1 - 1e-12)
    choices = np.zeros(len(lowest), dtype=CHOICE)
    choices["enough"] = (_log_odds_of(reachable) - sums.labels["offset"]) / sums.labels["slope"] - 1e-6
    choices["threshold"], choices["threshold_odds"] = threshold, _log_odds_of(threshold)
    choices["review_from"], choices["review_odds"] = review_from, _log_odds_of(review_from)
    choices["allowed"] = allowed
    always = np.flatnonzero(probabilities_of(sums.labels["resting"]) >= review_from).astype(np.int32)
    return Choices(choices, always, float(np.min(choices["enough"] - sums.labels["bias"], initial=np.inf)))


def _log_odds_of(probabilities: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the log odds of probabilities in [0, 1]."""
    with np.errstate(divide="ignore"):
        log_odds: NDArray[np.float64] = np.log(probabilities) - np.log1p(-probabilities)
    return log_odds
