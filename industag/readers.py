"""Readers: files, folders and standard input turned into documents; what cannot be read becomes a failure, not a stop."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from pathlib import Path

from industag.csv_rows import read_rows
from industag.decoding import check_regular, decode, read_all
from industag.documents import DEFAULTS, Document, Failure, ReadOptions, shown_name
from industag.errors import IndustagError, InputError
from industag.finding import files_in, files_matching, is_pattern
from industag.formats import BINARY_FORMATS, KNOWN, format_of, is_gzipped, refusal
from industag.gzipped import Unpacked
from industag.html_text import decode_html, visible_text
from industag.markdown import blank_unseen
from industag.text_column import DEFAULT_TEXT_COLUMN, plain, text_column

STDIN = "-"


def read_documents(paths: Iterable[str], options: ReadOptions = DEFAULTS) -> Iterator[Document | Failure]:
    """Yield the documents of files, of everything readable in folders, and of standard input ("-"), in order.

    A path may be a pattern, such as ``reports/**/*.pdf``.
    """
    for path in paths:
        if path == STDIN:
            yield from _read_text(STDIN, options.stdin_format, sys.stdin.buffer.read, options)
        else:
            for file in find_files(path, options):
                yield from [file] if isinstance(file, Failure) else read_file(file, options)


def find_files(path: str, options: ReadOptions = DEFAULTS) -> Iterator[Path | Failure]:
    """Yield the files that a path stands for: itself, those in a folder, or those that match a pattern."""
    name = shown_name(Path(path))
    try:
        if is_pattern(path):
            files, nothing = files_matching(path), "matches no file"
        elif Path(path).is_dir():
            files, nothing = files_in(Path(path)), f"holds no file that can be read; known are {KNOWN}"
        else:
            yield Path(path)
            return
    except (OSError, ValueError) as error:
        yield Failure(name, f"{name}: cannot be looked up: {error}")
        return
    files = [file for file in files if not _is_same(file, options.skip)]
    yield from files
    if not files:
        yield Failure(name, f"{name}: {nothing}")


def read_file(path: Path, options: ReadOptions = DEFAULTS) -> Iterator[Document | Failure]:
    """Yield the documents of one file."""
    name, kind = shown_name(path), format_of(path)
    found: Iterable[Document | Failure]
    if kind in BINARY_FORMATS:
        found = _read_binary(path, kind, options)
    elif kind is None and path.is_file():
        found = [Failure(name, f"{name}: {refusal(path)}")]
    else:
        found = _read_text(name, kind or "txt", lambda: _content(path), options)
    for each in found:
        yield _named(each, path) if isinstance(each, Failure) else each


def _read_binary(path: Path, kind: str, options: ReadOptions) -> Iterator[Document | Failure]:
    """Yield the documents of a file that another process takes apart."""
    from industag.isolated import read_isolated

    try:
        check_regular(path)
    except IndustagError as error:
        yield Failure(shown_name(path), str(error))
        return
    yield from read_isolated(path, kind, options)


def _content(path: Path) -> bytes:
    """Return the bytes of a text file, unpacked."""
    check_regular(path)
    try:
        with Unpacked(path) if is_gzipped(path) else path.open("rb") as file:
            return read_all(file, str(path))
    except OSError as error:
        raise InputError(f"{path}: cannot be read: {error.strerror or error}") from error


def _named(failure: Failure, path: Path) -> Failure:
    """Return a failure whose message shows the path as the rows do."""
    return replace(failure, message=failure.message.replace(str(path), failure.name))


def _is_same(path: Path, other: Path | None) -> bool:
    """Tell whether two paths lead to the same file."""
    return other is not None and other.exists() and path.exists() and path.samefile(other)


def _read_text(name: str, kind: str, content: Callable[[], bytes], options: ReadOptions) -> Iterator[Document | Failure]:
    """Yield the documents of a text of some kind."""
    try:
        text = (decode_html if kind == "html" else decode)(content(), name)
        yield from _READERS[kind](name, text, options)
    except IndustagError as error:
        yield Failure(name, str(error))


def _read_plain(name: str, content: str, _: ReadOptions) -> Iterator[Document | Failure]:
    yield Document(name, content)


def _read_markdown(name: str, content: str, _: ReadOptions) -> Iterator[Document | Failure]:
    yield Document(name, content, seen=blank_unseen(content))


def _read_html(name: str, content: str, _: ReadOptions) -> Iterator[Document | Failure]:
    yield Document(name, visible_text(content))


def _read_csv(name: str, content: str, options: ReadOptions) -> Iterator[Document | Failure]:
    return _read_table(name, content, options, ",")


def _read_tsv(name: str, content: str, options: ReadOptions) -> Iterator[Document | Failure]:
    return _read_table(name, content, options, "\t")


def _read_table(name: str, content: str, options: ReadOptions, delimiter: str) -> Iterator[Document | Failure]:
    rows = read_rows(name, content, delimiter)
    _, header = next(rows, (1, []))
    while header and not header[-1]:
        header.pop()  # spreadsheets leave commas behind at the end of each line
    column = text_column(f"{name}:1", header, options.text_column)
    for number, (line, row) in enumerate(rows, start=1):
        extra = row[len(header) :]
        if len(row) < len(header) or any(extra):
            message = f"{name}:{line}: {len(row)} columns where the header has {len(header)}; quote the commas in it"
            yield Failure(name, message, number)
            continue
        columns = dict(zip(header, row, strict=False))
        text = columns.pop(column)
        yield Document(name, text, number, columns)


def _read_jsonl(name: str, content: str, options: ReadOptions) -> Iterator[Document | Failure]:
    key = options.text_column or DEFAULT_TEXT_COLUMN
    for number, line in enumerate(content.split("\n"), start=1):
        if not line.strip():
            continue
        try:
            row = plain(json.loads(line))
        except (ValueError, RecursionError) as error:
            yield Failure(name, f"{name}:{number}: not a line of JSON: {error}", number)
            continue
        if not isinstance(row, dict) or not isinstance(row.get(key), str):
            known = f"; it has {', '.join(row)}" if isinstance(row, dict) and row else ""
            message = f"{name}:{number}: no text under {key!r}{known}; name the key of the text with --text-column"
            yield Failure(name, message, number)
            continue
        text = row.pop(key)
        yield Document(name, text, number, row)


_READERS = {
    "txt": _read_plain,
    "md": _read_markdown,
    "html": _read_html,
    "csv": _read_csv,
    "tsv": _read_tsv,
    "jsonl": _read_jsonl,
}
