"""Keyword rules: which of the terms found in a text count for which label.

A keyword counts unless its capitals are wrong where they matter (``case``), none of its companions is near (``near``),
something cancels it (``not``), or it lies inside a longer keyword that counts: "new energy" inside "new energy vehicles"
says nothing about new energy.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from industag.learned import LearnedTerm
from industag.matcher import Hit, contains, term_keys
from industag.normalise import fold_keeping_case
from industag.taxonomy import Keyword, Taxonomy
from industag.units import Units, split_units

NEAR = 100
"""How many characters (without spaces) may lie between a keyword and a word that supports or cancels it."""

HYPHENS = ("-", "\u2010", "\u00ad")


@dataclass(frozen=True, slots=True)
class KeywordHit:
    """A keyword that counts: its number in the rules, and its first and last unit."""

    keyword: int
    first: int
    last: int


class Rule(NamedTuple):
    """A keyword made ready for matching; numbers of keys are indices into ``KeywordRules.keys``.

    Attributes:
        label: The index of the keyword's label in the taxonomy.
        term: The keyword as its author wrote it.
        weight: How far the term alone proves the label, in (0, 1].
        keys: The keys under which it is found.
        tight: Whether it is one word of letters and digits, which is not found across a space ("6 g" is not 6G).
        spellings: The ways it may be written where its capitals count; empty where they do not.
        near: Keys of which one must be near; empty where none must.
        cancelling_near: Keys that cancel it when near.
        cancelling_around: Keys that cancel it when it is a part of them.
    """

    label: int
    term: str
    weight: float
    keys: Collection[int]
    tight: bool = False
    spellings: Collection[str] = ()
    near: Collection[int] = ()
    cancelling_near: Collection[int] = ()
    cancelling_around: Collection[int] = ()

    @property
    def is_plain(self) -> bool:
        """Whether the keyword counts wherever it is found."""
        return not (self.tight or self.spellings or self.near or self.cancelling_near or self.cancelling_around)


_PLAIN_FIELDS = 4


class KeywordRules:
    """The keywords of a taxonomy, numbered, with their rules.

    Attributes:
        keys: The keys to look for: of the keywords, and of the words in their rules.
        rules: A rule for each keyword; a term in both languages of a label stands once.
    """

    def __init__(self, keys: Sequence[str], rules: Sequence[Rule]) -> None:
        self.keys = tuple(keys)
        self.rules = tuple(rules)
        self._by_key: dict[int, list[int]] = {}
        for number, rule in enumerate(self.rules):
            for key in rule.keys:
                self._by_key.setdefault(key, []).append(number)

    def to_json(self) -> dict[str, Any]:
        """Return the rules as plain data; a plain keyword's row ends after its keys."""
        return {
            "keys": self.keys,
            "rules": [rule[: _PLAIN_FIELDS if rule.is_plain else None] for rule in self.rules],
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> KeywordRules:
        """Return the rules that ``to_json`` gave as plain data."""
        return cls(data["keys"], [Rule(*row) for row in data["rules"]])

    def apply(self, text: str, units: Units, hits: Sequence[Hit]) -> list[KeywordHit]:
        """Return the keywords that count, given the hits of the rules' keys (hits of other keys are passed over)."""
        if not hits:
            return []
        scene = _Scene(text, units, hits)
        found = [
            KeywordHit(number, hit.first, hit.last)
            for hit in hits
            for number in self._by_key.get(hit.key, ())
            if self._counts(self.rules[number], hit, scene)
        ]
        return self._once_each(_outermost(found))

    def _once_each(self, found: list[KeywordHit]) -> list[KeywordHit]:
        """Return the hits with one per label and place, that of the weightiest keyword: two spellings are no two hints."""
        best: dict[tuple[int, int, int], KeywordHit] = {}
        for hit in found:
            place = (self.rules[hit.keyword].label, hit.first, hit.last)
            known = best.get(place)
            if known is None or self.rules[hit.keyword].weight > self.rules[known.keyword].weight:
                best[place] = hit
        return list(best.values())

    @staticmethod
    def _counts(rule: Rule, hit: Hit, scene: _Scene) -> bool:
        """Tell whether a hit satisfies its keyword's rule."""
        if rule.tight and scene.has_space_inside(hit):
            return False
        if rule.spellings and scene.spelling(hit) not in rule.spellings:
            return False
        if rule.near and not scene.is_near(hit, rule.near):
            return False
        if rule.cancelling_near and scene.is_near(hit, rule.cancelling_near):
            return False
        return not (rule.cancelling_around and scene.lies_inside(hit, rule.cancelling_around))


class _Scene:
    """A text with everything found in it: where a hit looks around."""

    def __init__(self, text: str, units: Units, hits: Sequence[Hit]) -> None:
        self._text = text
        self._units = units
        self._by_key: dict[int, list[Hit]] = {}
        for hit in hits:
            self._by_key.setdefault(hit.key, []).append(hit)

    def has_space_inside(self, hit: Hit) -> bool:
        """Tell whether two units of the hit stand apart: by white space that is no line break behind a hyphen."""
        limits, origins = self._units.limits, self._units.origins
        gaps = (self._text[limits[i] : origins[i + 1]] for i in range(hit.first, hit.last))
        return any(gap[-1:].isspace() and not gap.startswith(HYPHENS) for gap in gaps)

    def spelling(self, hit: Hit) -> str:
        """Return the hit's units as written, capitals kept."""
        units = self._units
        return "".join(
            fold_keeping_case(self._text[units.origins[i] : units.limits[i]]) for i in range(hit.first, hit.last + 1)
        )

    def is_near(self, hit: Hit, keys: Collection[int]) -> bool:
        """Tell whether one of the keys was found outside the hit and within ``NEAR`` characters of it."""
        return any(self._has_near(found, hit) for key in keys if (found := self._by_key.get(key)))

    def _has_near(self, found: Sequence[Hit], hit: Hit) -> bool:
        """Tell whether one of the hits of a key, which are in order, is near: the ones right before and behind decide."""
        starts, ends = self._units.starts, self._units.ends
        after = bisect_right(found, hit.last, key=_first)
        if after < len(found) and starts[found[after].first] - ends[hit.last] <= NEAR:
            return True
        before = bisect_left(found, hit.first, key=_last) - 1
        return before >= 0 and starts[hit.first] - ends[found[before].last] <= NEAR

    def lies_inside(self, hit: Hit, keys: Collection[int]) -> bool:
        """Tell whether one of the keys was found around the hit."""
        return any(self._has_around(found, hit) for key in keys if (found := self._by_key.get(key)))

    @staticmethod
    def _has_around(found: Sequence[Hit], hit: Hit) -> bool:
        """Tell whether one of the hits of a key, which are in order, holds the hit: the last one that begins before it."""
        before = bisect_right(found, hit.first, key=_first) - 1
        return before >= 0 and found[before].last >= hit.last


def _first(hit: Hit) -> int:
    return hit.first


def _last(hit: Hit) -> int:
    return hit.last


def _outermost(found: list[KeywordHit]) -> list[KeywordHit]:
    """Return the hits that do not lie inside a longer one."""
    spans = sorted({(hit.first, -hit.last) for hit in found})
    outer: set[tuple[int, int]] = set()
    farthest = -1
    for first, negative_last in spans:
        if -negative_last > farthest:
            outer.add((first, -negative_last))
            farthest = -negative_last
    return [hit for hit in found if (hit.first, hit.last) in outer]


def compile_rules(taxonomy: Taxonomy, learned: Iterable[LearnedTerm] = ()) -> KeywordRules:
    """Return the rules for the keywords of a taxonomy, and for learned terms that are no keywords of their label."""
    numbers: dict[str, int] = {}
    further: dict[str, list[Keyword]] = {}
    for each in learned:
        further.setdefault(taxonomy.resolve(each.label), []).append(Keyword(each.term, each.weight))

    def numbered(terms: Iterable[str]) -> list[int]:
        return sorted({numbers.setdefault(key, len(numbers)) for term in terms for key in term_keys(term)})

    rules = [
        _rule(label, keyword, numbered)
        for label, entry in enumerate(taxonomy)
        for keyword in _without_repeats([*entry.all_keywords, *further.get(entry.id, ())])
    ]
    return KeywordRules(tuple(numbers), rules)


def _rule(label: int, keyword: Keyword, numbered: Callable[[Iterable[str]], list[int]]) -> Rule:
    """Return the rule for one keyword."""
    own = set(term_keys(keyword.term))
    negatives = [negative for negative in keyword.negatives if own.isdisjoint(term_keys(negative))]
    around = [negative for negative in negatives if contains(negative, keyword.term)]
    return Rule(
        label=label,
        term=keyword.term,
        weight=keyword.weight,
        keys=numbered([keyword.term]),
        spellings=_spellings(keyword.term) if keyword.exact else [],
        tight=keyword.term.isascii() and keyword.term.isalnum(),
        near=numbered(keyword.near),
        cancelling_near=numbered(n for n in negatives if n not in around),
        cancelling_around=numbered(around),
    )


def _spellings(term: str) -> list[str]:
    """Return the ways a term may be written where its capitals count: as it is, and in the other number."""
    units = split_units(term)
    written = "".join(fold_keeping_case(term[start:end]) for start, end in zip(units.origins, units.limits, strict=True))
    return sorted({written, written + "s", written.removesuffix("s")})


def _without_repeats(keywords: Sequence[Keyword]) -> list[Keyword]:
    """Return the keywords without those whose term a keyword before them has: the first one's rule holds."""
    first: dict[tuple[str, ...], Keyword] = {}
    for keyword in keywords:
        first.setdefault(term_keys(keyword.term), keyword)
    return list(first.values())
