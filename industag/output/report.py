"""The report: tagged sentences as one page of HTML that needs nothing else, neither network nor server."""

from __future__ import annotations

import base64
import hashlib
import html
import json
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from industag.errors import UnknownLabelError
from industag.output.jsonl_rows import ReadRow, ReadTag
from industag.taxonomy import Taxonomy

_PAGE = Path(__file__).resolve().parent / "page"
_COLOURS = 15
"""How many colours the style sheet has besides colour 0, which is grey."""
_PLACEHOLDER = re.compile(r"\{\{(\w+)\}\}")
_UNSAFE = {ord(each): f"\\u{ord(each):04x}" for each in "<>&\u2028\u2029"}
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")


@dataclass(slots=True)
class Report:
    """What a page shows, gathered row by row.

    Attributes:
        taxonomy: Gives the tree in which the labels hang.
        totals: How many sentences there are of each status; ``error`` counts inputs that failed.
        documents: Each document, or row of a table, that could be read, with its number.
        sentences: What the page lists: the sentences with a tag or something to review.
        failures: What could not be read, and why.
        taxonomies: The fingerprints of the taxonomies that the tags come from.
        models: The fingerprints of the models.
        names: The names of each label that occurs, by its id.
    """

    taxonomy: Taxonomy
    totals: Counter[str] = field(default_factory=Counter)
    documents: dict[tuple[str, int | None], int] = field(default_factory=dict)
    sentences: list[ReadRow] = field(default_factory=list)
    failures: list[ReadRow] = field(default_factory=list)
    taxonomies: dict[str, None] = field(default_factory=dict)
    models: dict[str, None] = field(default_factory=dict)
    names: dict[str, dict[str, str]] = field(default_factory=dict)

    def add(self, row: ReadRow) -> None:
        """Take in a row."""
        self.taxonomies[row.taxonomy] = None
        self.models[row.model] = None
        if row.status == "error":
            self.totals["error"] += 1
            self.failures.append(row)
            return
        self.documents.setdefault((row.doc, row.row), len(self.documents))
        self.totals[row.status] += bool(row.sentence)  # a document without a sentence has a row, but none to count
        if row.status != "none":
            self.sentences.append(row)
            for tag in (*row.tags, *row.review):
                self.names.setdefault(self._id(tag.label), tag.names)

    @property
    def strangers(self) -> list[str]:
        """The labels that occur and that the taxonomy does not have."""
        return [label for label in self.names if label not in self.taxonomy]

    def to_html(self, title: str = "", date: str = "") -> str:
        """Return the page; the same rows, title and date give the same text."""
        style, script = (_part(name) for name in ("report.css", "report.js"))
        data = json.dumps(self._data(title, date), ensure_ascii=False, allow_nan=False, separators=(",", ":"))
        parts = {
            "policy": _policy(style, script),
            "title": html.escape(title or "industag"),
            "style": style,
            "script": script,
            "data": data.translate(_UNSAFE),
        }
        page = _PLACEHOLDER.sub(lambda found: parts[found[1]], _part("report.html"))
        return _LONE_SURROGATE.sub("\ufffd", page)

    def _id(self, label: str) -> str:
        """Return today's id of a label; one that the taxonomy does not know keeps its own."""
        try:
            return self.taxonomy.resolve(label)
        except UnknownLabelError:
            return label

    def _data(self, title: str, date: str) -> dict[str, Any]:
        """Return everything that the page's script reads."""
        labels = self._labels()
        number = {label["id"]: number for number, label in enumerate(labels)}
        return {
            "title": title,
            "date": date,
            "taxonomies": list(self.taxonomies),
            "models": list(self.models),
            "totals": {status: self.totals[status] for status in ("tagged", "review", "none", "error")},
            "labels": labels,
            "documents": [list(document) for document in self.documents],
            "sentences": [self._sentence(row, number) for row in self.sentences],
            "failures": [[row.doc, row.row, row.error] for row in self.failures],
        }

    def _labels(self) -> list[dict[str, Any]]:
        """Return the labels that occur and those above them: the tree's in its order, then those outside it."""
        shown = self.taxonomy.close(label for label in self.names if label in self.taxonomy)
        ids = [*(label for label in self.taxonomy.ids if label in shown), *self.strangers]
        number = {label: number for number, label in enumerate(ids)}
        colours = _colours(self.taxonomy)
        return [
            {
                "id": label,
                **(self.taxonomy[label].names if label in self.taxonomy else self.names[label]),
                "parent": number.get(self.taxonomy[label].parent or "", -1) if label in self.taxonomy else -1,
                "colour": colours.get(label, 0),
            }
            for label in ids
        ]

    def _sentence(self, row: ReadRow, number: dict[str, int]) -> list[Any]:
        """Return a sentence as a list, which is shorter than an object: there are many of them."""

        def plain(tag: ReadTag) -> list[Any]:
            spans = [_utf16(row.text, offset) for span in dict.fromkeys(tag.spans) for offset in span]
            return [number[self._id(tag.label)], round(tag.probability, 4), spans]

        document = self.documents[row.doc, row.row]
        return [document, row.sentence, row.page, row.text, [*map(plain, row.tags)], [*map(plain, row.review)]]


def make_report(rows: Iterable[ReadRow], taxonomy: Taxonomy) -> Report:
    """Return the report on rows, with their labels hung into the tree of a taxonomy."""
    report = Report(taxonomy)
    for row in rows:
        report.add(row)
    return report


def _colours(taxonomy: Taxonomy) -> dict[str, int]:
    """Return a colour's number for each label: each field has its own, and what lies below it too; branches are grey."""
    fields = (label.id for label in taxonomy if len(taxonomy.ancestors(label.id)) == 1)
    colours = {label: 1 + place % _COLOURS for place, label in enumerate(fields)}
    for label in taxonomy:  # a parent comes before its children
        colours.setdefault(label.id, colours.get(label.parent or "", 0))
    return colours


def _utf16(text: str, offset: int) -> int:
    """Return an offset as the page's script counts it, in which a character beyond U+FFFF is two.

    >>> _utf16("𠮷林", 2)
    3
    """
    return offset if text.isascii() else offset + sum(each > "\uffff" for each in text[:offset])


def _part(name: str) -> str:
    return (_PAGE / name).read_text("utf-8")


def _policy(style: str, script: str) -> str:
    """Return the content security policy: this style and this script, no other code, no network, no HTML made of data."""
    return "; ".join(
        (
            "default-src 'none'",
            f"style-src '{_sha256(style)}'",
            f"script-src '{_sha256(script)}'",
            "base-uri 'none'",
            "form-action 'none'",
            "require-trusted-types-for 'script'",
            "trusted-types 'none'",
        )
    )


def _sha256(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode("utf-8")).digest()).decode("ascii")
