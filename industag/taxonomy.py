"""The taxonomy: which labels exist, how they hang together, and which keywords name them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, fields
from functools import cached_property
from typing import Any, NamedTuple

from industag.errors import UnknownLabelError, did_you_mean

LANGUAGES = ("en", "zh")
LEVELS = ("branch", "field", "industry", "segment")
"""What a label is called by its depth in the tree."""


class Keyword(NamedTuple):
    """A term that names a label.

    Attributes:
        term: The words, in one of their spellings.
        weight: How far the term alone proves the label, in (0, 1]; two halves make a whole.
        exact: Whether capitals count.
        near: The term counts only where one of these stands near it; empty where it always counts.
        negatives: Longer phrases, or words near it, that cancel the term.
    """

    term: str
    weight: float = 1.0
    exact: bool = False
    near: tuple[str, ...] = ()
    negatives: tuple[str, ...] = ()

    def to_json(self) -> str | list[Any]:
        """Return the keyword as plain data: the term alone where nothing else is said of it."""
        return self.term if self == Keyword(self.term) else list(self)

    @classmethod
    def from_json(cls, data: str | list[Any]) -> Keyword:
        """Return the keyword that ``to_json`` gave as plain data."""
        if isinstance(data, str):
            return cls(data)
        term, weight, exact, near, negatives = data
        return cls(term, weight, exact, tuple(near), tuple(negatives))


@dataclass(frozen=True, slots=True)
class Label:
    """One entry of the taxonomy.

    Attributes:
        id: The id, for ever.
        names: The name in each language.
        scope: A definition in each language: what belongs and what does not.
        keywords: The keywords in each language.
        parent: The id of the label above, or None for a branch.
        level: "branch", "field", "industry" or "segment".
        codes: Codes of the entry in other classifications.
        related: Ids of labels that are near in meaning.
        was: Ids under which the label was known earlier.
        place: The file and line where it is defined; empty where unknown.
    """

    id: str
    names: dict[str, str]
    scope: dict[str, str]
    keywords: dict[str, tuple[Keyword, ...]]
    parent: str | None
    level: str
    codes: dict[str, str | tuple[str, ...]] = field(default_factory=dict)
    related: tuple[str, ...] = ()
    was: tuple[str, ...] = ()
    place: str = field(default="", compare=False)

    @property
    def all_keywords(self) -> list[Keyword]:
        """The keywords of every language, in the order of the file."""
        return [keyword for language in LANGUAGES for keyword in self.keywords[language]]


class Taxonomy:
    """A tree of labels; the order is a parent before its children, as in the files.

    >>> from industag import load_taxonomy
    >>> taxonomy = load_taxonomy()
    >>> taxonomy["quantum-computing"].names["zh"]
    '量子计算'
    >>> taxonomy.ancestors("quantum-computing")
    ('quantum-information', 'future-information', 'future')
    """

    def __init__(self, labels: Iterable[Label]) -> None:
        self.labels = tuple(labels)
        self._by_id = {label.id: label for label in self.labels}
        self._renamed = {old: label.id for label in self.labels for old in label.was}

    def __len__(self) -> int:
        return len(self.labels)

    def __iter__(self) -> Iterator[Label]:
        return iter(self.labels)

    def __contains__(self, label: object) -> bool:
        return label in self._by_id

    def __getitem__(self, label: str) -> Label:
        return self._by_id[self.resolve(label)]

    @cached_property
    def ids(self) -> tuple[str, ...]:
        """The ids in order."""
        return tuple(label.id for label in self.labels)

    @cached_property
    def _ancestors(self) -> dict[str, tuple[str, ...]]:
        above: dict[str, tuple[str, ...]] = {}
        for label in self.labels:
            above[label.id] = () if label.parent is None else (label.parent, *above[label.parent])
        return above

    def resolve(self, label: str) -> str:
        """Return today's id of a label given by its id or an earlier one.

        Raises:
            UnknownLabelError: There is no such label.
        """
        if label in self._by_id:
            return label
        if label in self._renamed:
            return self._renamed[label]
        named = [each.id for each in self.labels if label in each.names.values()]
        hint = f", did you mean {named[0]!r}?" if named else did_you_mean(label, [*self._by_id, *self._renamed])
        raise UnknownLabelError(f"label {label!r} is not in the taxonomy{hint}")

    def ancestors(self, label: str) -> tuple[str, ...]:
        """Return the ids above a label, nearest first."""
        return self._ancestors[self.resolve(label)]

    def children(self, label: str) -> tuple[str, ...]:
        """Return the ids right below a label."""
        return tuple(other.id for other in self.labels if other.parent == label)

    def descendants(self, label: str) -> tuple[str, ...]:
        """Return the ids below a label, at any depth."""
        return tuple(other.id for other in self.labels if label in self._ancestors[other.id])

    def close(self, labels: Iterable[str]) -> set[str]:
        """Return the labels with everything above them."""
        return {each for label in labels for each in (self.resolve(label), *self.ancestors(label))}

    def most_specific(self, labels: Iterable[str]) -> set[str]:
        """Return the labels without those that stand above another of them."""
        given = {self.resolve(label) for label in labels}
        return given - {above for label in given for above in self.ancestors(label)}

    def to_json(self) -> dict[str, Any]:
        """Return the taxonomy as plain data."""
        return {"labels": [_label_to_json(label) for label in self.labels]}

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Taxonomy:
        """Return the taxonomy that ``to_json`` gave as plain data."""
        return cls(_label_from_json(entry) for entry in data["labels"])

    @cached_property
    def fingerprint(self) -> str:
        """Twelve hexadecimal digits that change when anything in the taxonomy does."""
        return fingerprint_of(self.canonical)

    @cached_property
    def canonical(self) -> bytes:
        """The taxonomy as the one sequence of bytes that stands for it, in JSON."""
        return json.dumps(self.to_json(), sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode("utf-8")


def fingerprint_of(canonical: bytes) -> str:
    """Return the fingerprint of a taxonomy given as its canonical bytes."""
    return hashlib.sha256(canonical).hexdigest()[:12]


def _label_to_json(label: Label) -> dict[str, Any]:
    keywords = {language: [each.to_json() for each in given] for language, given in label.keywords.items()}
    kept = {each.name: getattr(label, each.name) for each in fields(Label) if each.name not in ("keywords", "place")}
    return {**kept, "keywords": keywords}


def _label_from_json(entry: dict[str, Any]) -> Label:
    keywords = {language: tuple(map(Keyword.from_json, entry["keywords"][language])) for language in LANGUAGES}
    codes = {key: value if isinstance(value, str) else tuple(value) for key, value in entry["codes"].items()}
    related, was = tuple(entry["related"]), tuple(entry["was"])
    return Label(**{**entry, "keywords": keywords, "codes": codes, "related": related, "was": was})
