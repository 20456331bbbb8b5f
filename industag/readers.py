"""Readers: files, folders and standard input turned into documents; what cannot be read becomes a failure, not a stop."""

from __future__ import annotations

import atexit
import hashlib
import json
import math
import sys
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from industag.blocks import text_blocks, text_lines
from industag.csv_rows import read_rows
from industag.decoding import MAX_BYTES, read_pieces
from industag.errors import IndustagError, InputError, did_you_mean
from industag.markdown import blank_unseen
from industag.sentences import split_sentences

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
        offset: Where the text begins in the whole document; not 0 in the later blocks of a long one.
        first_sentence: The number of its first sentence in the whole document.
    """

    name: str
    text: str
    row: int | None = None
    columns: Mapping[str, Any] = field(default_factory=dict)
    seen: str | None = None
    offset: int = 0
    first_sentence: int = 1


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


@dataclass(frozen=True, slots=True)
class Source:
    """A file to read, or standard input, as it was when it was found.

    Attributes:
        name: The file's path as given, or "-".
        kind: One of ``FORMATS``.
        size: Its size in bytes.
        state: What changes when its content does: when it was last written, or what it held where it is standard input.
        path: Where it can be read.
    """

    name: str
    kind: str
    size: int
    state: str
    path: Path

    def has_changed(self) -> bool:
        """Tell whether the file was written to, or is gone, since it was found."""
        try:
            found = self.path.stat()
        except OSError:
            return True
        return self.name != STDIN and (found.st_size, str(found.st_mtime_ns)) != (self.size, self.state)


def read_documents(paths: Iterable[str], options: ReadOptions = ReadOptions()) -> Iterator[Document | Failure]:
    """Yield the documents of files, of everything readable in folders, and of standard input ("-"), in order."""
    for found in find_sources(paths, options):
        if isinstance(found, Failure):
            yield found
        else:
            yield from read_source(found, options)


def find_sources(paths: Iterable[str], options: ReadOptions) -> Iterator[Source | Failure]:
    """Yield the files that paths and folders lead to, in order, without reading them, and what is no file to read."""
    for path in paths:
        if path == STDIN:
            yield _standard_input(options.stdin_format)
        elif Path(path).is_dir():
            files = [file for file in files_in(Path(path)) if not _is_same(file, options.skip)]
            if not files:
                known = ", ".join(sorted(_SUFFIXES))
                yield Failure(path, f"{path}: holds no file that can be read; known are {known}")
            yield from map(_source, files)
        else:
            yield _source(Path(path))


def read_source(source: Source, options: ReadOptions) -> Iterator[Document | Failure]:
    """Yield the documents of a file; of one that cannot be read, or changes meanwhile, a failure at the end."""
    try:
        if source.kind not in STREAMED and source.size > MAX_BYTES:
            raise InputError(f"{source.name}: larger than {MAX_BYTES >> 30} GB; split it")
        yield from _READERS[source.kind](source.name, _pieces(source), options)
    except IndustagError as error:
        yield Failure(source.name, str(error))
        return
    if source.has_changed():
        yield Failure(source.name, f"{source.name}: changed since the run began; run again when nothing writes to it")


def _pieces(source: Source) -> Iterator[str]:
    """Yield the text of a file in pieces."""
    try:
        with source.path.open("rb") as file:
            yield from read_pieces(file, source.name)
    except OSError as error:
        raise InputError(f"{source.name}: cannot be read: {error.strerror or error}") from error


def _standard_input(kind: str) -> Source:
    """Copy standard input to a temporary file, so that it can be read twice, and in parts, like any other."""
    digest = hashlib.sha256()
    with tempfile.NamedTemporaryFile(prefix="industag-", delete=False) as copy:
        path = Path(copy.name)
        atexit.register(path.unlink, missing_ok=True)
        while data := sys.stdin.buffer.read(1 << 20):
            digest.update(data)
            copy.write(data)
    return Source(STDIN, kind, path.stat().st_size, digest.hexdigest(), path)


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


def _source(path: Path) -> Source | Failure:
    """Return a file as it is now, or why it is none that can be read."""
    suffix = path.suffix.lower()
    try:
        found = path.stat()
    except OSError as error:
        return Failure(str(path), f"{path}: cannot be read: {error.strerror or error}")
    if suffix in _SUFFIXES and not path.is_dir():
        return Source(str(path), _SUFFIXES[suffix], found.st_size, str(found.st_mtime_ns), path)
    if not path.is_file():
        return Failure(str(path), f"{path}: is no regular file")
    known, cure = ", ".join(sorted(_SUFFIXES)), _CURES.get(suffix, "")
    kind = suffix or "no suffix"
    return Failure(str(path), f"{path}: cannot read files of this kind ({kind}){cure}; known are {known}")


def _read_plain(name: str, pieces: Iterable[str], _: ReadOptions) -> Iterator[Document | Failure]:
    """Yield a text: one document, or where it is long one for each block of it, numbered on through the whole."""
    offset, number, before = 0, 1, ""
    for block in text_blocks(pieces):
        number += len(split_sentences(before))
        yield Document(name, block, offset=offset, first_sentence=number)
        offset, before = offset + len(block), block


def _read_markdown(name: str, pieces: Iterable[str], _: ReadOptions) -> Iterator[Document | Failure]:
    content = "".join(pieces)
    yield Document(name, content, seen=blank_unseen(content))


def _read_csv(name: str, pieces: Iterable[str], options: ReadOptions) -> Iterator[Document | Failure]:
    return _read_table(name, pieces, options, ",")


def _read_tsv(name: str, pieces: Iterable[str], options: ReadOptions) -> Iterator[Document | Failure]:
    return _read_table(name, pieces, options, "\t")


def _read_table(name: str, pieces: Iterable[str], options: ReadOptions, delimiter: str) -> Iterator[Document | Failure]:
    rows = read_rows(name, pieces, delimiter)
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


def _read_jsonl(name: str, pieces: Iterable[str], options: ReadOptions) -> Iterator[Document | Failure]:
    key = options.text_column or DEFAULT_TEXT_COLUMN
    for number, line in enumerate(text_lines(pieces, name), start=1):
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
STREAMED = frozenset({"txt", "csv", "tsv", "jsonl"})
"""The kinds that are read in parts, so that they may be of any size."""
