"""Labelled sentences: a person's answers, read from JSON Lines or CSV."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from industag.errors import IndustagError, InputError, LabelsError, UnknownLabelError, shortened
from industag.reading.csv_rows import read_rows
from industag.reading.decoding import read_text
from industag.taxonomy import Taxonomy

_SEPARATORS = str.maketrans({"；": ";", ",": ";", "，": ";", "|": ";"})


@dataclass(frozen=True, slots=True)
class LabelledText:
    """A text with the labels that a person gave it.

    Attributes:
        text: The text.
        labels: Ids of today's taxonomy; empty where the text carries none.
        maybe: Ids that are defensible but not sure.
        id: The text's own id, or its line number.
        language: "en", "zh", or "" where it is not said.
        source: Where the text comes from, or "".
    """

    text: str
    labels: frozenset[str]
    maybe: frozenset[str] = frozenset()
    id: str = ""
    language: str = ""
    source: str = ""


def read_labelled(path: str | Path, taxonomy: Taxonomy, error: type[IndustagError] = LabelsError) -> list[LabelledText]:
    """Return the labelled texts of a ``.jsonl`` or ``.csv`` file.

    A line of JSON is ``{"text": ..., "labels": [ids]}``, with ``id``, ``lang``, ``source`` and ``maybe`` where known. A CSV
    file has the columns ``text`` and ``labels`` (ids separated by ``;``). Labels under an earlier id are carried over.

    Raises:
        IndustagError: Of the class ``error``: lines that cannot be used, or labels that the taxonomy does not have;
            every such line is named.
    """
    path = Path(path)
    try:
        content = read_text(path)
        rows = list(_csv_rows(str(path), content) if path.suffix.lower() == ".csv" else _json_rows(content))
    except InputError as cause:
        raise error(str(cause)) from cause
    found: list[LabelledText] = []
    problems: list[str] = []
    first: dict[str, tuple[int, LabelledText]] = {}
    for line, row in rows:
        try:
            each = _labelled(row, line, taxonomy)
            before, same = first.setdefault(each.text, (line, each))
            if same.labels != each.labels:
                raise ValueError(f"the same text has other labels in line {before}; keep one of the two")
            found.append(each)
        except (ValueError, UnknownLabelError) as cause:
            problems.append(f"{path}:{line}: {cause}")
    if problems:
        raise error(shortened(problems))
    return found


def _json_rows(content: str) -> Iterator[tuple[int, Any]]:
    """Yield the line number and value of each line."""
    for line, text in enumerate(content.split("\n"), start=1):
        if text.strip():
            try:
                yield line, json.loads(text)
            except (ValueError, RecursionError) as error:
                yield line, ValueError(f"not a line of JSON: {error}")


def _csv_rows(name: str, content: str) -> Iterator[tuple[int, Any]]:
    """Yield the line number and columns of each row."""
    rows = read_rows(name, [content])
    _, header = next(rows, (1, []))
    missing = [key for key in ("text", "labels") if key not in header]
    if missing:
        there = ", ".join(header) or "none"
        raise InputError(f"{name}:1: no column {missing[0]!r}; there are {there}; name the columns text and labels")
    for line, cells in rows:
        row: dict[str, Any] = dict(zip(header, cells, strict=False))
        for key in ("labels", "maybe"):
            if key in row:
                row[key] = _split(row[key].translate(_SEPARATORS))
        yield line, row


def _split(ids: str) -> list[str]:
    return [each.strip() for each in ids.split(";") if each.strip()]


def _labelled(row: Any, line: int, taxonomy: Taxonomy) -> LabelledText:  # noqa: ANN401 - whatever the file holds
    """Return one row as a labelled text."""
    if isinstance(row, ValueError):
        raise row
    if not isinstance(row, dict) or not isinstance(row.get("text"), str) or not row["text"].strip():
        raise ValueError("'text' is missing or empty; each line needs a text and its labels")
    return LabelledText(
        text=row["text"],
        labels=frozenset(taxonomy.resolve(label) for label in _ids(row, "labels", None)),
        maybe=frozenset(taxonomy.resolve(label) for label in _ids(row, "maybe", [])),
        id=str(line if row.get("id") in (None, "") else row["id"]),
        language=str(row.get("lang") or ""),
        source=str(row.get("source") or ""),
    )


def _ids(row: dict[str, Any], key: str, default: list[str] | None) -> list[str]:
    ids = row.get(key, default)
    if not isinstance(ids, list) or not all(isinstance(label, str) for label in ids):
        raise ValueError(f"{key!r} must be a list of label ids, [] where there are none")
    return ids
