"""Writers: rows as JSON Lines, as CSV that a spreadsheet opens safely, or as text for a terminal."""

from __future__ import annotations

import csv
import json
import os
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Protocol

from industag.errors import OutputError
from industag.rows import Row
from industag.tagger import Tag
from industag.terminal import Terminal

_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_CSV_COLUMNS = (
    "doc", "row", "sentence", "start", "end", "page", "text", "status", "labels", "names_en", "names_zh",
    "probabilities", "evidence", "review", "error", "taxonomy", "model",
)  # fmt: skip
_SEPARATOR = "; "


@dataclass(frozen=True, slots=True)
class Provenance:
    """The fingerprints of the taxonomy and the model that the tags come from."""

    taxonomy: str
    model: str


class Writer(Protocol):
    """Writes rows one by one."""

    def write(self, row: Row) -> None:
        """Write a row."""

    def close(self) -> None:
        """Write what comes after the last row."""


class JsonlWriter:
    """One JSON object a line, with everything."""

    def __init__(self, file: IO[str], provenance: Provenance) -> None:
        self._file = file
        self._provenance = provenance

    def write(self, row: Row) -> None:
        """Write a row."""
        record = {
            **{f"column.{name}" if name in _JSON_KEYS else name: value for name, value in row.columns.items()},
            **{name: getattr(row, name) for name in _PLAIN_KEYS},
            "tags": [_tag_record(tag) for tag in row.tags],
            "review": [_tag_record(tag) for tag in row.review],
            **({"error": row.error} if row.error else {}),
            "taxonomy": self._provenance.taxonomy,
            "model": self._provenance.model,
        }
        self._file.write(_without_surrogates(json.dumps(record, ensure_ascii=False)) + "\n")

    def close(self) -> None:
        """Nothing comes after the last row."""


_PLAIN_KEYS = ("doc", "row", "sentence", "start", "end", "page", "text", "status")
_JSON_KEYS = frozenset({*_PLAIN_KEYS, "tags", "review", "error", "taxonomy", "model"})


def _tag_record(tag: Tag) -> dict[str, Any]:
    """Return a tag as plain data."""
    return {
        "label": tag.label,
        "en": tag.names["en"],
        "zh": tag.names["zh"],
        "probability": round(tag.probability, 4),
        "evidence": [
            {"start": e.start, "end": e.end, "text": e.text, "kind": e.kind, "value": round(e.value, 4)}
            for e in tag.evidence
        ],
    }


def _without_surrogates(text: str) -> str:
    """Return the text as something that UTF-8 can hold."""
    return text.encode("utf-8", "replace").decode("utf-8")


class CsvWriter:
    """One row a line for spreadsheets: marked as UTF-8, and no cell can be taken for a formula."""

    def __init__(self, file: IO[str], provenance: Provenance) -> None:
        self._file = file
        self._csv = csv.writer(file, lineterminator="\r\n")
        self._provenance = provenance
        self._columns: list[str] | None = None

    def write(self, row: Row) -> None:
        """Write a row; the first one decides which columns of the input are passed through."""
        if self._columns is None:
            self._columns = list(row.columns)
            self._file.write("\ufeff")
            names = [f"column.{name}" if name in _CSV_COLUMNS else name for name in self._columns]
            self._csv.writerow([_cell(name) for name in (*names, *_CSV_COLUMNS)])
        passed = [row.columns.get(name, "") for name in self._columns]
        self._csv.writerow([_cell(value) for value in (*passed, *self._values(row))])

    def _values(self, row: Row) -> Iterator[Any]:
        yield from (getattr(row, name) for name in _PLAIN_KEYS)
        yield _SEPARATOR.join(tag.label for tag in row.tags)
        yield _SEPARATOR.join(tag.names["en"] for tag in row.tags)
        yield _SEPARATOR.join(tag.names["zh"] for tag in row.tags)
        yield _SEPARATOR.join(f"{tag.probability:.4f}" for tag in row.tags)
        yield _SEPARATOR.join(", ".join(dict.fromkeys(e.text for e in tag.evidence)) for tag in row.tags)
        yield _SEPARATOR.join(f"{tag.label} {tag.probability:.4f}" for tag in row.review)
        yield from (row.error, self._provenance.taxonomy, self._provenance.model)

    def close(self) -> None:
        """Write the header where no row came."""
        if self._columns is None:
            self._file.write("\ufeff")
            self._csv.writerow(_CSV_COLUMNS)


def _cell(value: Any) -> Any:  # noqa: ANN401 - whatever the input's column held
    """Return a value that a spreadsheet shows as it is: a text that looks like a formula gets an apostrophe before it."""
    if value is None:
        return ""
    if isinstance(value, (dict, list)):
        value = json.dumps(value, ensure_ascii=False)
    if isinstance(value, str):
        value = _without_surrogates(value).replace("\x00", "\ufffd")
        return "'" + value if value.startswith(_FORMULA) and not _is_number(value) else value
    return value


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


class TableWriter:
    """Text for a person to read: the sentences that carry something, their evidence marked, and a summary."""

    def __init__(self, file: IO[str], terminal: Terminal) -> None:
        self._file = file
        self._terminal = terminal
        self._doc: tuple[str, int | None] | None = None
        self._statuses: Counter[str] = Counter()
        self._labels: Counter[tuple[str, str]] = Counter()

    def write(self, row: Row) -> None:
        """Write a row."""
        self._statuses[row.status] += 1
        self._labels.update((tag.names["en"], tag.names["zh"]) for tag in row.tags)
        if row.status in ("none", "error"):
            return
        if (row.doc, row.row) != self._doc:
            self._doc = (row.doc, row.row)
            self._line(self._terminal.title(row.doc if row.row is None else f"{row.doc}, row {row.row}"))
        for line in self._terminal.sentence(row):
            self._line(line)

    def close(self) -> None:
        """Write how many sentences carry which label."""
        total = sum(self._statuses.values()) - self._statuses["error"]
        if self._labels:
            self._line("")
            self._line(self._terminal.title("Labels by number of sentences"))
        for (en, zh), count in sorted(self._labels.items(), key=lambda item: (-item[1], item[0])):
            self._line(f"{count:6d}  {en}  {zh}")
        self._line("")
        parts = [f"{total} sentences", *(f"{self._statuses[s]} {s}" for s in ("tagged", "review", "none"))]
        self._line(", ".join(parts) + (f", {self._statuses['error']} failed" if self._statuses["error"] else ""))

    def _line(self, line: str) -> None:
        self._file.write(_without_surrogates(line).rstrip() + "\n")


@contextmanager
def open_output(path: str | None, standard: IO[str]) -> Iterator[IO[str]]:
    """Give a file to write to, which gets its name only when all is written; without a path, standard output.

    Raises:
        OutputError: The file cannot be written; nothing is left under its name.
    """
    if path is None:
        yield standard
        standard.flush()
        return
    target = Path(path)
    try:
        handle, part = tempfile.mkstemp(prefix=f".{target.name}-", suffix=".part", dir=target.parent)
    except OSError as error:
        raise OutputError(f"{path}: cannot be written: {error.strerror or error}") from error
    try:
        with open(handle, "w", encoding="utf-8", newline="") as file:  # noqa: PTH123 - a file handle, not a path
            yield file
            file.flush()
            os.fsync(file.fileno())
        Path(part).chmod(0o644)
        Path(part).replace(target)
    except OSError as error:
        raise OutputError(f"{path}: cannot be written: {error.strerror or error}") from error
    finally:
        Path(part).unlink(missing_ok=True)


def write_rows(rows: Iterable[Row], writer: Writer) -> Counter[str]:
    """Write rows and return how many there were of each status."""
    statuses: Counter[str] = Counter()
    for row in rows:
        statuses[row.status] += 1
        writer.write(row)
    writer.close()
    return statuses
