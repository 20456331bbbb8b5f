"""Writers: records of sentences turned into the result, as JSON Lines, a table, or text for a person to read."""

from __future__ import annotations

import json
import os
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from industag.errors import OutputError
from industag.output.forms import FORMS, Shaped
from industag.output.records import free_names, read_records, row_of
from industag.output.rows import Row
from industag.output.tables import Table, write_csv, write_parquet, write_xlsx
from industag.output.terminal import Terminal
from industag.taxonomy import Taxonomy

_TABLES: Mapping[str, Callable[[Table, Iterable[Shaped], IO[bytes]], None]] = {
    "csv": write_csv,
    "xlsx": write_xlsx,
    "parquet": write_parquet,
}
FORMATS = ("table", "jsonl", *_TABLES)
"""How a result can be written; "table" is text for a person."""
SUFFIXES = {
    ".csv": "csv",
    ".xlsx": "xlsx",
    ".jsonl": "jsonl",
    ".parquet": "parquet",
    **dict.fromkeys((".txt", ".md", ""), "table"),
}
"""What the name of an output ends in, and the format that it asks for."""


@dataclass(frozen=True, slots=True)
class Layout:
    """What a result looks like.

    Attributes:
        kind: One of ``FORMATS``.
        form: What its rows are: one of ``FORMS``.
        terminal: How text for a person is laid out.
    """

    kind: str
    form: str = "sentence"
    terminal: Terminal = field(default_factory=Terminal)

    @property
    def is_spool(self) -> bool:
        """Whether the lines that a batch makes are the result already."""
        return (self.kind, self.form) == ("jsonl", "sentence")

    @property
    def needs_columns(self) -> bool:
        """Whether nothing can be written before all columns of the input are known."""
        return self.kind in _TABLES


def write_result(
    layout: Layout, lines: Iterable[bytes], file: IO[bytes], taxonomy: Taxonomy, columns: Mapping[str, str]
) -> None:
    """Write the result that the lines of a batch make; ``columns`` are those of the input, with what they hold."""
    records = read_records(lines)
    if layout.is_spool:
        file.writelines(lines)
    elif layout.kind == "table":
        writer = TextWriter(file, layout.terminal)
        for record in records:
            writer.write(row_of(record))
        writer.close()
    else:
        form = FORMS[layout.form]
        shaped = form.shape(records, taxonomy)
        if layout.kind == "jsonl":
            file.writelines(_json_line(each, form.keys) for each in shaped)
        else:
            _TABLES[layout.kind](Table(form, columns), shaped, file)


def _json_line(shaped: Shaped, keys: tuple[str, ...]) -> bytes:
    passed = {name: shaped.passed[column] for column, name in free_names(shaped.passed, keys).items()}
    return (json.dumps({**passed, **shaped.own}, ensure_ascii=False) + "\n").encode("utf-8", "replace")


class TextWriter:
    """Text for a person to read: the sentences that carry something, their evidence marked, and a summary."""

    def __init__(self, file: IO[bytes], terminal: Terminal) -> None:
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
        self._file.write((line.rstrip() + "\n").encode("utf-8", "replace"))


@contextmanager
def open_output(path: str) -> Iterator[IO[bytes]]:
    """Give a file to write to, which gets its name only when all of it is written.

    Raises:
        OutputError: The file cannot be written; nothing is left under its name.
    """
    target = Path(path)
    part = target.with_name(f".{target.name}.whole")
    try:
        try:
            with part.open("w+b") as file:
                yield file
                file.flush()
                os.fsync(file.fileno())
            part.replace(target)
            sync_folder(target.parent)
        finally:
            part.unlink(missing_ok=True)
    except OSError as error:
        raise cannot_write(path, error) from error


def sync_folder(folder: Path) -> None:
    """Make the names in a folder safe on the disk, where the operating system can."""
    if sys.platform != "win32":
        handle = os.open(folder, os.O_RDONLY)
        with suppress(OSError):  # some network disks cannot
            os.fsync(handle)
        os.close(handle)


def cannot_write(path: str, error: OSError) -> OutputError:
    """Return the error for an output that cannot be written."""
    return OutputError(f"{path}: cannot be written: {error.strerror or error}")
