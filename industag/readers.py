"""Readers: files, folders and standard input turned into documents; what cannot be read becomes a failure, not a stop."""

from __future__ import annotations

import json
import math
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from industag.csv_rows import read_rows
from industag.decoding import decode, read_text
from industag.errors import IndustagError, InputError, did_you_mean
from industag.markdown import blank_unseen

STDIN = "-"
DEFAULT_TEXT_COLUMN = "text"


@dataclass(frozen=True, slots=True)
class Document:
    """A text to tag.

    Attributes:
        name: The file's path as given, or "-".
        text: The text; offsets count from its beginning.
        row: The number of the row or line in a table, from 1; None for a whole file.
        columns: The other columns of the row.
        seen: The text with blanks in place of what a reader does not see; None where all of it is seen.
    """

    name: str
    text: str
    row: int | None = None
    columns: Mapping[str, Any] = field(default_factory=dict)
    seen: str | None = None


@dataclass(frozen=True, slots=True)
class Failure:
    """A document that could not be read, and why."""

    name: str
    message: str
    row: int | None = None


@dataclass(frozen=True, slots=True)
class ReadOptions:
    """How to read.

    Attributes:
        text_column: The column or key that holds the text; None for "text", or the only one there is.
        stdin_format: The kind of text on standard input: one of ``FORMATS``.
        skip: A file not to read in folders: the output of the same run.
    """

    text_column: str | None = None
    stdin_format: str = "txt"
    skip: Path | None = None


def read_documents(paths: Iterable[str], options: ReadOptions = ReadOptions()) -> Iterator[Document | Failure]:
    """Yield the documents of files, of everything readable in folders, and of standard input ("-"), in order."""
    for path in paths:
        if path == STDIN:
            yield from _read_named(STDIN, options.stdin_format, lambda: decode(sys.stdin.buffer.read(), STDIN), options)
        elif Path(path).is_dir():
            files = [file for file in files_in(Path(path)) if not _is_same(file, options.skip)]
            if not files:
                known = ", ".join(sorted(_SUFFIXES))
                yield Failure(path, f"{path}: holds no file that can be read; known are {known}")
            for file in files:
                yield from _read_file(file, options)
        else:
            yield from _read_file(Path(path), options)


def files_in(folder: Path) -> list[Path]:
    """Return the readable files in a folder and the folders in it, by name; hidden ones and links are passed over."""
    found = [
        path
        for path in folder.rglob("*")
        if path.suffix.lower() in _SUFFIXES
        and not path.is_symlink()
        and path.is_file()
        and not any(part.startswith(".") for part in path.relative_to(folder).parts)
    ]
    return sorted(found)


def others_in(folder: Path) -> list[Path]:
    """Return the files in a folder that are of no readable kind."""
    return sorted(
        path
        for path in folder.rglob("*")
        if path.is_file()
        and path.suffix.lower() not in _SUFFIXES
        and not any(part.startswith(".") for part in path.relative_to(folder).parts)
    )


def _is_same(path: Path, other: Path | None) -> bool:
    """Tell whether two paths lead to the same file."""
    return other is not None and other.exists() and path.samefile(other)


def _read_file(path: Path, options: ReadOptions) -> Iterator[Document | Failure]:
    suffix = path.suffix.lower()
    if suffix in _SUFFIXES or not path.exists():
        yield from _read_named(str(path), _SUFFIXES.get(suffix, "txt"), lambda: read_text(path), options)
    elif not path.is_file():
        yield Failure(str(path), f"{path}: is no regular file")
    else:
        known, cure = ", ".join(sorted(_SUFFIXES)), _CURES.get(suffix, "")
        kind = suffix or "no suffix"
        yield Failure(str(path), f"{path}: cannot read files of this kind ({kind}){cure}; known are {known}")


def _read_named(name: str, kind: str, content: Callable[[], str], options: ReadOptions) -> Iterator[Document | Failure]:
    try:
        yield from _READERS[kind](name, content(), options)
    except IndustagError as error:
        yield Failure(name, str(error))


def _read_plain(name: str, content: str, _: ReadOptions) -> Iterator[Document | Failure]:
    yield Document(name, content)


def _read_markdown(name: str, content: str, _: ReadOptions) -> Iterator[Document | Failure]:
    yield Document(name, content, seen=blank_unseen(content))


def _read_csv(name: str, content: str, options: ReadOptions) -> Iterator[Document | Failure]:
    return _read_table(name, content, options, ",")


def _read_tsv(name: str, content: str, options: ReadOptions) -> Iterator[Document | Failure]:
    return _read_table(name, content, options, "\t")


def _read_table(name: str, content: str, options: ReadOptions, delimiter: str) -> Iterator[Document | Failure]:
    rows = read_rows(name, content, delimiter)
    _, header = next(rows, (1, []))
    while header and not header[-1]:
        header.pop()  # spreadsheets leave commas behind at the end of each line
    column = _text_column(name, header, options.text_column)
    for number, (line, row) in enumerate(rows, start=1):
        extra = row[len(header) :]
        if len(row) < len(header) or any(extra):
            message = f"{name}:{line}: {len(row)} columns where the header has {len(header)}; quote the commas in it"
            yield Failure(name, message, number)
            continue
        columns = dict(zip(header, row, strict=False))
        text = columns.pop(column)
        yield Document(name, text, number, columns)


def _text_column(name: str, header: list[str], wanted: str | None) -> str:
    """Return the name of the column that holds the text."""
    column = wanted or (header[0] if len(header) == 1 else DEFAULT_TEXT_COLUMN)
    repeated = {each for each in header if header.count(each) > 1}
    if repeated:
        raise InputError(f"{name}:1: column {sorted(repeated)[0]!r} stands twice in the header; rename one")
    if column not in header:
        hint = did_you_mean(column, header) or f"; there are {', '.join(header) or 'none'}"
        if len(header) == 1 and ";" in header[0]:
            hint = "; its columns seem to be separated by ';', save it with commas or as .tsv"
        raise InputError(f"{name}:1: no column {column!r}{hint}; name the column of the text with --text-column")
    return column


def _read_jsonl(name: str, content: str, options: ReadOptions) -> Iterator[Document | Failure]:
    key = options.text_column or DEFAULT_TEXT_COLUMN
    for number, line in enumerate(content.split("\n"), start=1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except (ValueError, RecursionError) as error:
            yield Failure(name, f"{name}:{number}: not a line of JSON: {error}", number)
            continue
        if not isinstance(row, dict) or not isinstance(row.get(key), str):
            known = f"; it has {', '.join(row)}" if isinstance(row, dict) and row else ""
            message = f"{name}:{number}: no text under {key!r}{known}; name the key of the text with --text-column"
            yield Failure(name, message, number)
            continue
        text = row.pop(key)
        yield Document(name, text, number, {other: _finite(value) for other, value in row.items()})


def _finite(value: Any) -> Any:  # noqa: ANN401 - plain data
    """Return the value, None in place of a number that JSON does not have, however deep."""
    if isinstance(value, dict):
        return {key: _finite(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_finite(each) for each in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value


_READERS = {"txt": _read_plain, "md": _read_markdown, "csv": _read_csv, "tsv": _read_tsv, "jsonl": _read_jsonl}
_SUFFIXES = {
    ".txt": "txt",
    ".text": "txt",
    ".md": "md",
    ".markdown": "md",
    ".csv": "csv",
    ".tsv": "tsv",
    ".jsonl": "jsonl",
}

_TABLE_CURE, _TEXT_CURE = "; save the sheet as CSV UTF-8", "; save it as text (.txt)"
_CURES = {
    **dict.fromkeys((".xlsx", ".xls", ".ods"), _TABLE_CURE),
    **dict.fromkeys((".pdf", ".docx", ".doc", ".html", ".htm"), _TEXT_CURE),
    ".json": "; write one object a line (.jsonl)",
}

FORMATS = tuple(_READERS)
"""The kinds of text that can be read."""
