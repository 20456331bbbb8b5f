"""Finding many terms in one pass over the units of a text."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from industag.units import Units, split_units

_PREFIX = 2


@dataclass(frozen=True, slots=True)
class Hit:
    """A term found: the number of its key, and its first and last unit."""

    key: int
    first: int
    last: int


class PhraseMatcher:
    """Finds every occurrence of the given keys (joined terms) that begins and ends at the edge of a unit.

    >>> matcher = PhraseMatcher(["solidstatebattery", "battery", "量子计算"])
    >>> [(hit.key, hit.first, hit.last) for hit in matcher.find(split_units("Solid-state battery, 量子计算机"))]
    [(0, 0, 2), (1, 2, 2), (2, 3, 6)]
    """

    def __init__(self, keys: Iterable[str]) -> None:
        self.keys = tuple(keys)
        self._number = {key: number for number, key in enumerate(self.keys)}
        # The longest key that begins with these characters: how far it is worth looking.
        self._reach: dict[str, int] = {}
        for key in self.keys:
            prefix = key[:_PREFIX]
            self._reach[prefix] = max(len(key), self._reach.get(prefix, 0))

    def find(self, units: Units) -> list[Hit]:
        """Return the hits, by first unit and then by length."""
        joined, starts, ends = units.joined, units.starts, units.ends
        number, reach = self._number.get, self._reach.get
        count = len(starts)
        hits: list[Hit] = []
        for first, start in enumerate(starts):
            farthest = start + max(reach(joined[start : start + _PREFIX], 0), reach(joined[start], 0))
            last = first
            while last < count and ends[last] <= farthest:
                key = number(joined[start : ends[last]])
                if key is not None:
                    hits.append(Hit(key, first, last))
                last += 1
        return hits


def contains(longer: str, term: str) -> bool:
    """Tell whether a term is found inside a longer one.

    >>> contains("quantum leaps", "quantum"), contains("air force", "AI")
    (True, False)
    """
    return bool(PhraseMatcher(term_keys(term)).find(split_units(longer)))


@lru_cache(maxsize=65536)
def term_keys(term: str) -> tuple[str, ...]:
    """Return the keys under which a term is found: as written, and with its last English word in the other number.

    >>> term_keys("solid-state battery")
    ('solidstatebattery', 'solidstatebatteries')
    >>> term_keys("量子计算")
    ('量子计算',)
    """
    units = split_units(term)
    if not len(units):
        return ()
    head, last = units.joined[: units.starts[-1]], units.joined[units.starts[-1] : units.ends[-1]]
    if not (last.isascii() and last.isalpha()):
        return (head + last,)
    acronym = term[units.origins[-1] : units.limits[-1]].isupper()
    return tuple(dict.fromkeys(head + form for form in (last, *_other_number(last, acronym))))


def _other_number(word: str, acronym: bool) -> tuple[str, ...]:
    """Return the plural of a singular English word, or the singular of a plural one."""
    if acronym:
        return (word + "s",)
    if len(word) < 3 or word.endswith(("ics", "ous")):
        return ()
    if word.endswith(("sses", "shes", "ches", "xes")):
        return (word[:-2],)
    if word.endswith("ies") and len(word) > 4:
        return (word[:-3] + "y",)
    if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")):
        return (word[:-1],)
    if word.endswith("y") and word[-2] not in "aeiou":
        return (word[:-1] + "ies",)
    return (word + ("es" if word.endswith(("s", "x", "z", "ch", "sh")) else "s"),)
