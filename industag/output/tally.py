"""The tally of a batch: how many rows of each status, what failed, and which columns of the input there are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, fields
from itertools import islice
from typing import Any

from industag.output.records import passed_names
from industag.output.rows import Row
from industag.reading.documents import Document, Failure

MOST_FAILURES = 100
"""So many failures are told with their message; all are counted, and each has its row."""

_KINDS: Mapping[type, str] = {str: "text", bool: "flag", int: "whole", float: "number"}
_LARGEST_WHOLE = 1 << 63


@dataclass(slots=True)
class Tally:
    """What is known of the rows so far.

    Attributes:
        statuses: How many sentences are "tagged", "review" or "none", and how many documents or rows failed ("error").
        documents: How many documents there are, those that failed too.
        failures: What went wrong, the first ``MOST_FAILURES`` times.
        incomplete: How many documents were read in part.
        notes: What is missing from them, the first ``MOST_FAILURES`` times.
        columns: The other columns of the input in the order in which they come, and what they hold: "text", "whole",
            "number", "flag", or "" where there was no value yet.
    """

    statuses: Counter[str] = field(default_factory=Counter)
    documents: int = 0
    failures: list[str] = field(default_factory=list)
    incomplete: int = 0
    notes: list[str] = field(default_factory=list)
    columns: dict[str, str] = field(default_factory=dict)

    @property
    def sentences(self) -> int:
        """How many sentences there are."""
        return sum(self.statuses.values()) - self.statuses["error"]

    def counting(self, rows: Iterable[Row]) -> Iterator[Row]:
        """Yield the rows, and count them."""
        seen: Mapping[str, Any] = {}
        for row in rows:
            if row.sentence or row.status == "error":  # a document without a sentence has a row, but no sentence to count
                self.statuses[row.status] += 1
            self.documents += row.sentence <= 1
            if row.error:
                self._keep(self.failures, [row.error])
            if row.columns is not seen:
                seen = row.columns
                self.note_columns(row.columns)
            yield row

    def noting(self, documents: Iterable[Document | Failure]) -> Iterator[Document | Failure]:
        """Yield the documents, and take down what is missing from them."""
        for document in documents:
            if isinstance(document, Document) and document.notes:
                self.incomplete += 1
                self._keep(self.notes, (f"{document.name}: {note}" for note in document.notes))
            yield document

    def add(self, other: Tally) -> None:
        """Take in the tally of the rows that follow."""
        self.statuses.update(other.statuses)
        self.documents += other.documents
        self.incomplete += other.incomplete
        self._keep(self.failures, other.failures)
        self._keep(self.notes, other.notes)
        for name, kind in other.columns.items():
            self.columns[name] = _common_kind(self.columns.get(name, ""), kind)

    @staticmethod
    def _keep(kept: list[str], more: Iterable[str]) -> None:
        """Add messages to those that are kept, as long as they are not too many."""
        kept += islice(more, MOST_FAILURES - len(kept))

    def note_columns(self, columns: Mapping[str, Any]) -> None:
        """Take down the columns of a row of the input, and what they hold."""
        if not columns:
            return
        for name, value in zip(passed_names(tuple(columns)), columns.values(), strict=True):
            known = self.columns.get(name)
            if known != "text":  # which is what nothing else can become of
                self.columns[name] = _common_kind(known or "", _kind(value))

    def to_json(self) -> dict[str, Any]:
        """Return the tally as plain data."""
        return {
            **{each.name: getattr(self, each.name) for each in fields(self)},
            "statuses": dict(sorted(self.statuses.items())),
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Tally:
        """Return the tally that ``to_json`` told of."""
        return cls(**{**data, "statuses": Counter(data["statuses"])})


def _kind(value: Any) -> str:  # noqa: ANN401 - whatever the input's column held
    if value is None:
        return ""
    if type(value) is int and not -_LARGEST_WHOLE <= value < _LARGEST_WHOLE:
        return "text"
    return _KINDS.get(type(value), "text")


def _common_kind(one: str, other: str) -> str:
    """Return the kind that holds the values of both."""
    if one == other or not other:
        return one
    if not one:
        return other
    return "number" if {one, other} == {"whole", "number"} else "text"
