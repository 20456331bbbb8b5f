"""Writers: rows as JSON Lines, as CSV that a spreadsheet opens safely, or as text for a terminal."""

from __future__ import annotations

import csv
import json
import os
import tempfile
from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Protocol

from industag.answers import Tag
from industag.errors import OutputError
from industag.rows import Row
from industag.terminal import Terminal

_FORMULA = ("=", "+", "-", "@", "＝", "＋", "－", "＠")
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
            **{name: row.columns[column] for column, name in free_names(row.columns, _JSON_KEYS).items()},
            **{name: getattr(row, name) for name in _PLAIN_KEYS},
            "tags": [_tag_record(tag) for tag in row.tags],
            "review": [_tag_record(tag) for tag in row.review],
            **({"error": row.error} if row.error else {}),
            "taxonomy": self._provenance.taxonomy,
            "model": self._provenance.model,
        }
        self._file.write(_without_surrogates(json.dumps(record, ensure_ascii=False, allow_nan=False)) + "\n")

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
    """One row a line for spreadsheets: marked as UTF-8, and no cell can be taken for a formula.

    Which columns of the input there are is known only at the end, so rows wait in a temporary file until then.
    """

    def __init__(self, file: IO[str], provenance: Provenance) -> None:
        self._file = file
        self._provenance = provenance
        self._spool = tempfile.TemporaryFile("w+", encoding="utf-8", newline="\n")  # noqa: SIM115 - closed in close()
        self._columns: dict[str, None] = {}

    def write(self, row: Row) -> None:
        """Write a row."""
        self._columns.update(dict.fromkeys(row.columns))
        passed = {name: _cell(value) for name, value in row.columns.items()}
        self._spool.write(json.dumps([passed, [_cell(value) for value in self._values(row)]]) + "\n")

    def close(self) -> None:
        """Write the header and the rows."""
        names = free_names(self._columns, _CSV_COLUMNS)
        self._file.write("\ufeff")
        table = csv.writer(self._file, lineterminator="\r\n")
        table.writerow([_cell(name) for name in (*names.values(), *_CSV_COLUMNS)])
        self._spool.seek(0)
        for line in self._spool:
            passed, values = json.loads(line)
            table.writerow([*(passed.get(name, "") for name in names), *values])
        self._spool.close()

    def _values(self, row: Row) -> Iterator[Any]:
        yield from (getattr(row, name) for name in _PLAIN_KEYS)
        yield _SEPARATOR.join(tag.label for tag in row.tags)
        yield _SEPARATOR.join(tag.names["en"] for tag in row.tags)
        yield _SEPARATOR.join(tag.names["zh"] for tag in row.tags)
        yield _SEPARATOR.join(f"{tag.probability:.4f}" for tag in row.tags)
        yield _SEPARATOR.join(", ".join(dict.fromkeys(e.text for e in tag.evidence)) for tag in row.tags)
        yield _SEPARATOR.join(f"{tag.label} {tag.probability:.4f}" for tag in row.review)
        yield from (row.error, self._provenance.taxonomy, self._provenance.model)


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


def _cell(value: Any) -> Any:  # noqa: ANN401 - whatever the input's column held
    """Return a value that a spreadsheet shows as it is: a text that looks like a formula gets an apostrophe before it."""
    if value is None:
        return ""
    if isinstance(value, (dict, list)):
        value = json.dumps(value, ensure_ascii=False)
    if isinstance(value, str):
        value = _without_surrogates(value).replace("\x00", "\ufffd")
        return "'" + value if value.lstrip().startswith(_FORMULA) and not _is_number(value) else value
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
        self._doubtful = 0

    def write(self, row: Row) -> None:
        """Write a row."""
        if row.sentence or row.status == "error":
            self._statuses[row.status] += 1
        self._doubtful += bool(row.review)
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
        parts = [
            f"{total} sentences: {self._statuses['tagged']} tagged",
            f"{self._doubtful} with something to review",
            f"{self._statuses['none']} with nothing",
            *([f"{self._statuses['error']} inputs failed"] if self._statuses["error"] else []),
        ]
        self._line(", ".join(parts))

    def _line(self, line: str) -> None:
        self._file.write(_without_surrogates(line).rstrip() + "\n")


@contextmanager
def open_output(path: str | None, standard: IO[str]) -> Iterator[IO[str]]:
    """Give a file to write to, which gets its name only when all is written; without a path, standard output.

    Raises:
        OutputError: The file cannot be written; nothing is left under its name.
    """
    if path is None:
        try:
            yield standard
            standard.flush()
        except BrokenPipeError:
            raise
        except OSError as error:
            raise OutputError(f"standard output: cannot be written: {error.strerror or error}") from error
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
        if row.sentence or row.status == "error":  # a document without a sentence has a row, but no sentence to count
            statuses[row.status] += 1
        writer.write(row)
    writer.close()
    return statuses
