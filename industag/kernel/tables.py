"""A model as arrays: what the compiled loops look up, made from a ``Scorer`` and a ``Calibration``."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from industag.calibration import Calibration
from industag.keywords import Rule
from industag.scoring import Scorer

Ints = NDArray[np.int64]
Records = NDArray[Any]

BASE = 0x9E3779B97F4A7C15
"""The hash of a key is the sum of its characters, each times a power of this, modulo 2^64: the first to the power of 0."""
INVERSE = pow(BASE, -1, 1 << 64)
SCATTER = 0xD6E8FEB86659FD93
"""A hash is spread over 64 bits by one multiplication with this; the upper bits are its place in the tables."""

RULE = np.dtype(
    [
        ("label", "i4"), ("plain", "i4"), ("tight", "i4"), ("near", "i4"), ("cancelling_near", "i4"),
        ("cancelling_around", "i4"), ("spelled", "i4"), ("spelled_end", "i4"), ("rank", "f8"), ("value", "f8"),
    ]
)  # fmt: skip
TERM = np.dtype([("idf", "f8"), ("row", "i4"), ("row_end", "i4")])
WEIGHT = np.dtype([("value", "f8"), ("label", "i8")])
LABEL = np.dtype(
    [
        ("bias", "f8"), ("slope", "f8"), ("offset", "f8"), ("resting", "f8"), ("resting_via", "i4"),
        ("parent", "i4"), ("child", "i4"), ("child_end", "i4"),
    ]
)  # fmt: skip
CHOICE = np.dtype([("enough", "f8"), ("threshold", "f8"), ("review_from", "f8"), ("allowed", "i8")])

IS_TERM, HAS_RULES, IS_LISTED = 1, 2, 4
"""What a key is used for: it is a term of the vocabulary; keywords are found under it; it stands in a rule's list."""

LENGTH, USE, TERM_OF, N_RULES, N_LISTS, CHARACTERS = range(6)
"""Where on a key's card its length, its uses, its term, and the numbers of its rules and lists stand; behind them come its
characters, then the numbers of the keywords found under it, then those of the lists that it stands in, ascending."""


class Keys(NamedTuple):
    """The keys to look for, in a hash table with open addressing.

    A key found by its hash is compared character by character, so two texts with one hash are never taken for another.
    A bit map small enough for the cache says first whether there can be a key, and whether one can begin like this.

    Attributes:
        hints: In the lower half of each number a bit for each key, in the upper half one for each beginning of a key.
        slots: In the upper half of each slot the lower half of a key's scattered hash, in the lower half 1 + the place of
            its card; 0 where the slot is free.
        cards: All that is known of each key, in one place.
        longest: The length of the longest key.
    """

    hints: NDArray[np.uint64]
    slots: NDArray[np.uint64]
    cards: NDArray[np.int32]
    longest: int


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
        terms: Of each term its inverse document frequency, and where its weights begin and end.
        weights: The weights, each with its label.
        labels: Of each label its bias, slope and offset (see ``Calibration``); the probability that it has where nothing
            is found, with that of the labels below it, and the label that this rests on; the label above it or -1, which
            stands before it; and where the labels below it begin and end in ``children``.
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
            probability on it is given, and put up for review; and whether it may be an answer.
        always: The labels that are answered with even where nothing is found.
    """

    labels: Records
    always: NDArray[np.int32]


class Tables(NamedTuple):
    """All that a model is to the loops."""

    keys: Keys
    rules: Rules
    sums: Sums


def tables_of(scorer: Scorer, calibration: Calibration) -> Tables:
    """Return the tables of a model."""
    reader, rules = scorer.reader, scorer.rules.rules
    lists: dict[tuple[int, ...], int] = {(): 0}
    ruling = _rules(rules, scorer.weights.keyword, lists)
    return Tables(_keys(reader.keys, reader.term_of_key, rules, lists), ruling, _sums(scorer, calibration))


def _keys(keys: Sequence[str], terms: Sequence[int], rules: Sequence[Rule], lists: Iterable[Sequence[int]]) -> Keys:
    codes = _codes("".join(keys))
    lengths = np.array([len(key) for key in keys], dtype=np.int64)
    begins = _begins(lengths)
    whole, beginnings = _hashes(codes, begins[:-1], lengths)
    found_under, standing_in = _turned((rule.keys for rule in rules), len(keys)), _turned(lists, len(keys))
    characters = codes.tolist()
    cards: list[int] = []
    places: list[int] = []
    for number, term in enumerate(terms):
        own, member = found_under[number], standing_in[number]
        use = IS_TERM * (term >= 0) + HAS_RULES * bool(own) + IS_LISTED * bool(member)
        places.append(len(cards))
        cards += [len(keys[number]), use, term, len(own), len(member)]
        cards += characters[begins[number] : begins[number + 1]] + own + member
    return Keys(
        hints=_hints(_scatter(whole), _scatter(np.unique(beginnings))),
        slots=_slots(_scatter(whole), np.array(places, dtype=np.uint64)),
        cards=np.array(cards, dtype=np.int32),
        longest=int(lengths.max(initial=0)),
    )


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


def _hashes(characters: NDArray[np.uint32], begins: Ints, lengths: Ints) -> tuple[NDArray[np.uint64], NDArray[np.uint64]]:
    """Return the hash of each key, and the hashes of all beginnings of keys that are no whole keys."""
    whole = np.zeros(len(lengths), dtype=np.uint64)
    beginnings: list[NDArray[np.uint64]] = [np.zeros(0, dtype=np.uint64)]
    power = 1
    for position in range(int(lengths.max(initial=0))):
        longer = np.flatnonzero(lengths > position)
        whole[longer] += characters[begins[longer] + position].astype(np.uint64) * np.uint64(power)
        beginnings.append(whole[lengths > position + 1])
        power = power * BASE % (1 << 64)
    return whole, np.concatenate(beginnings)


def _scatter(hashes: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Return numbers of which the upper bits depend on the whole hash; the loops do the same."""
    mixed: NDArray[np.uint64] = (hashes ^ (hashes >> np.uint64(32))) * np.uint64(SCATTER)
    return mixed


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


def _slots(scattered: NDArray[np.uint64], places: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Return the hash table: each key goes to the first free slot from its place on."""
    size = _size(2 * len(scattered))
    slots = np.zeros(size, dtype=np.uint64)
    held = (scattered << np.uint64(32)) | (places + np.uint64(1))
    waiting = np.arange(len(scattered))
    place = _places(scattered, size)
    while len(waiting):
        free = waiting[slots[place[waiting]] == 0]
        _, first = np.unique(place[free], return_index=True)
        seated = free[first]
        slots[place[seated]] = held[seated]
        waiting = np.setdiff1d(waiting, seated, assume_unique=True)
        place[waiting] = (place[waiting] + 1) % size
    return slots


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
    terms["idf"], terms["row"], terms["row_end"] = scorer.vocabulary.idf, weights.row[:-1], weights.row[1:]
    weighed = np.zeros(len(weights.term), dtype=WEIGHT)
    weighed["value"], weighed["label"] = weights.term, weights.label
    labels, children = _tree(scorer)
    labels["bias"], labels["slope"], labels["offset"] = weights.bias, calibration.slope, calibration.offset
    labels["resting"], labels["resting_via"] = calibration.probabilities(weights.bias), np.arange(len(labels))
    for number in reversed(range(len(labels))):
        label, above = labels[number], labels["parent"][number]
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
    choices["enough"] = (np.log(reachable / (1 - reachable)) - sums.labels["offset"]) / sums.labels["slope"] - 1e-6
    choices["threshold"], choices["review_from"], choices["allowed"] = threshold, review_from, allowed
    return Choices(choices, np.flatnonzero(sums.labels["resting"] >= review_from).astype(np.int32))
