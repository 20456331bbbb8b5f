"""Records: rows as lines of JSON, written quickly, and read back."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from json.encoder import encode_basestring as quoted
from typing import Any

from industag.answers import Evidence, Status, Tag
from industag.output.rows import Row

Record = dict[str, Any]
"""A line of JSON, read: what ``tag`` writes for a sentence."""

KEYS = (
    "doc", "row", "sentence", "start", "end", "page", "text", "status", "tags", "review", "error", "taxonomy", "model",
)  # fmt: skip
"""The keys of a record; all others are columns of the input."""
_KEYS = frozenset(KEYS)


@dataclass(frozen=True, slots=True)
class Provenance:
    """The fingerprints of the taxonomy and the model that the tags come from."""

    taxonomy: str
    model: str


class Encoder:
    """Turns rows into lines of JSON; what stays the same from row to row is encoded once.

    Half of the time of a fast batch would go into a general encoder, and most rows are sentences without a tag.
    """

    def __init__(self, provenance: Provenance) -> None:
        self.tail = f', "taxonomy": {quoted(provenance.taxonomy)}, "model": {quoted(provenance.model)}}}\n'
        self.untagged = f', "status": "none", "tags": [], "review": []{self.tail}'
        self._document: tuple[str, int | None, Mapping[str, Any]] = ("", None, {})
        self._head = ""
        self._labels: dict[str, str] = {}

    def encode(self, rows: Iterable[Row]) -> bytes:
        """Return the lines of rows; what UTF-8 cannot hold becomes a question mark."""
        return "".join(map(self.line, rows)).encode("utf-8", "replace")

    def line(self, row: Row) -> str:
        """Return the line of a row."""
        doc, number, sentence, start, end, page, text, status, tags, review, error, columns = row
        document = self._document
        if not self._head or columns is not document[2] or number != document[1] or doc != document[0]:
            self._document = (doc, number, columns)
            self._head = self.head(doc, number, columns)
        place = f'{self._head}{sentence}, "start": {start}, "end": {end}, "page": {"null" if page is None else page}'
        if status == "none":
            return f'{place}, "text": {quoted(text)}{self.untagged}'
        answers = f'"tags": [{self._tags(tags)}], "review": [{self._tags(review)}]'
        failure = f', "error": {quoted(error)}' if error else ""
        return f'{place}, "text": {quoted(text)}, "status": "{status}", {answers}{failure}{self.tail}'

    def head(self, doc: str, row: int | None, columns: Mapping[str, Any]) -> str:
        """Return how the lines of a document begin."""
        return f'{{{_members(columns)}"doc": {quoted(doc)}, "row": {_number(row)}, "sentence": '

    def _tags(self, tags: Iterable[Tag]) -> str:
        return ", ".join(
            f'{self._label(tag)}{rounded(tag.probability)}, "evidence": [{", ".join(map(_evidence, tag.evidence))}]}}'
            for tag in tags
        )

    def _label(self, tag: Tag) -> str:
        """Return how the record of a tag begins, which depends on its label alone."""
        known = self._labels.get(tag.label)
        if known is None:
            known = self._labels[tag.label] = tag_head(tag.label, tag.names)
        return known


def tag_head(label: str, names: Mapping[str, str]) -> str:
    """Return how the record of a tag begins."""
    named = ", ".join(f'"{language}": {quoted(names[language])}' for language in ("en", "zh"))
    return f'{{"label": {quoted(label)}, {named}, "probability": '


@lru_cache(maxsize=1 << 14)
def rounded(value: float) -> str:
    """Return a number with four places behind the point; the same few come again and again.

    >>> rounded(0.99996), rounded(0.123456)
    ('1.0', '0.1235')
    """
    return repr(round(value, 4))


def _number(number: int | None) -> str:
    return "null" if number is None else str(number)


def _evidence(each: Evidence) -> str:
    place = f'"start": {each.start}, "end": {each.end}, "text": {quoted(each.text)}'
    return f'{{{place}, "kind": "{each.kind}", "value": {rounded(each.value)}}}'


def _members(columns: Mapping[str, Any]) -> str:
    """Return the columns of the input as the first members of a JSON object."""
    if not columns:
        return ""
    keys = _member_keys(tuple(columns))
    return "".join([f"{key}: {_value(value)}, " for key, value in zip(keys, columns.values(), strict=True)])


@lru_cache(maxsize=16)
def _member_keys(columns: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(map(quoted, passed_names(columns)))


def _value(value: Any) -> str:  # noqa: ANN401 - plain data
    return quoted(value) if type(value) is str else json.dumps(value, ensure_ascii=False, allow_nan=False)


def free_names(columns: Iterable[str], taken: Collection[str]) -> dict[str, str]:
    """Return, for each column of the input, the name under which it is passed on: its own, unless that is taken.

    >>> free_names(["id", "doc", "column.doc"], ["doc", "text"])
    {'id': 'id', 'doc': 'column.column.doc', 'column.doc': 'column.doc'}
    """
    columns = list(columns)
    names: dict[str, str] = {}
    for column in columns:
        name = column
        while name in taken or (name != column and name in columns):
            name = f"column.{name}"
        names[column] = name
    return names


@lru_cache(maxsize=16)
def passed_names(columns: tuple[str, ...]) -> tuple[str, ...]:
    """Return the names that the columns of the input have in records."""
    return tuple(free_names(columns, _KEYS).values())


def read_records(lines: Iterable[str | bytes]) -> Iterator[Record]:
    """Yield the records of lines that an ``Encoder`` wrote."""
    return map(json.loads, lines)


def columns_of(record: Record) -> Record:
    """Return what a record holds of the input's other columns."""
    return {name: value for name, value in record.items() if name not in _KEYS} if len(record) > len(KEYS) - 1 else {}


def row_of(record: Record) -> Row:
    """Return the row of a record, as far as it can be told: the terms behind the evidence are not in it."""
    plain = {key: record[key] for key in KEYS[:8]}
    tags, review = (tuple(_tag(tag, status) for tag in record[key]) for key, status in _ANSWERS)
    return Row(**plain, tags=tags, review=review, error=record.get("error", ""), columns=columns_of(record))


_ANSWERS: tuple[tuple[str, Status], ...] = (("tags", "tagged"), ("review", "review"))


def _tag(tag: Record, status: Status) -> Tag:
    evidence = (Evidence(e["start"], e["end"], e["text"], e["kind"], e["text"], e["value"]) for e in tag["evidence"])
    names = {"en": tag["en"], "zh": tag["zh"]}
    return Tag(tag["label"], names, tag["probability"], status, tuple(evidence), tag["label"])
