"""Readers: files, folders and standard input turned into documents; what cannot be read becomes a failure, not a stop."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import IO, TYPE_CHECKING, cast

from industag.errors import IndustagError, InputError
from industag.reading.blocks import text_blocks, text_lines
from industag.reading.csv_rows import read_rows
from industag.reading.decoding import MAX_BYTES, check_regular, read_pieces, whole
from industag.reading.documents import DEFAULTS, Document, Failure, ReadOptions
from industag.reading.finding import Source, find_sources
from industag.reading.formats import BINARY_FORMATS, DEALT, is_gzipped
from industag.reading.gzipped import Unpacked
from industag.reading.html_text import PROLOGUE, named_encoding, visible_text
from industag.reading.markdown import blank_unseen
from industag.reading.text_column import DEFAULT_TEXT_COLUMN, plain, text_column
from industag.sentences import split_sentences

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

Split = Callable[[str], "NDArray[np.int64]"]
"""Tells where the sentences of a text stand, shape (n_sentences, 2)."""


def read_documents(paths: Iterable[str], options: ReadOptions = DEFAULTS) -> Iterator[Document | Failure]:
    """Yield the documents of files, of everything readable in folders, and of standard input ("-"), in order.

    A path may be a pattern, such as ``reports/**/*.pdf``.
    """
    for found in find_sources(paths, options):
        if isinstance(found, Failure):
            yield found
        else:
            yield from read_source(found, options)


def read_source(source: Source, options: ReadOptions = DEFAULTS, split: Split | None = None) -> Iterator[Document | Failure]:
    """Yield the documents of a file; of one that cannot be read, or changes meanwhile, a failure at the end.

    A long text is one document for each block of it, numbered on through the whole; whoever brings a way to split texts
    gets the spans with them, as far as they had to be found for that.
    """
    found = _read_binary(source, options) if source.kind in BINARY_FORMATS else _read_text(source, options)
    failed = False
    for each in _numbered(found, split) if source.kind == "txt" else found:
        if isinstance(each, Failure):  # whose message must show the path as the rows do
            failed = each.row is None
            yield replace(each, message=each.message.replace(str(source.path), source.name))
        else:
            yield each
    if not failed and source.has_changed():
        yield Failure(source.name, f"{source.name}: changed since the run began; run again when nothing writes to it")


def _numbered(blocks: Iterable[Document | Failure], split: Split | None) -> Iterator[Document | Failure]:
    """Yield the blocks of a text with the numbers of their first sentences."""
    number = 1
    held: Document | None = None
    for each in blocks:
        if held is not None:
            held, count = _split(held, split)
            number += count
            yield held
        held = replace(each, first_sentence=number) if isinstance(each, Document) else None
        if held is None:
            yield each
    if held is not None:
        yield held


def _split(block: Document, split: Split | None) -> tuple[Document, int]:
    """Return a block with the places of its sentences, if there is a way to tell them, and how many there are."""
    if split is None:
        return block, len(split_sentences(block.text))
    spans = split(block.text)
    return replace(block, spans=spans), len(spans)


def _read_binary(source: Source, options: ReadOptions) -> Iterator[Document | Failure]:
    """Yield the documents of a file that another process takes apart."""
    from industag.reading.isolated import read_isolated

    return read_isolated(source.path, source.kind, options)


def _read_text(source: Source, options: ReadOptions) -> Iterator[Document | Failure]:
    """Yield the documents of a text of some kind."""
    try:
        if source.kind not in DEALT and source.size > MAX_BYTES:
            raise InputError(f"{source.name}: larger than {MAX_BYTES >> 30} GB; split it")
        yield from _READERS[source.kind](source.name, _pieces(source), options)
    except IndustagError as error:
        yield Failure(source.name, str(error))


def _pieces(source: Source) -> Iterator[str]:
    """Yield the text of a file in pieces, unpacked."""
    try:
        check_regular(source.path)
        with _opened(source) as file:
            declared = named_encoding(file.read(PROLOGUE)) if source.kind == "html" else None
            file.seek(0)
            yield from read_pieces(file, source.name, declared)
    except OSError as error:
        raise InputError(f"{source.name}: cannot be read: {error.strerror or error}") from error


def _opened(source: Source) -> IO[bytes]:
    return cast(IO[bytes], Unpacked(source.path)) if is_gzipped(source.path) else source.path.open("rb")


def _read_plain(name: str, pieces: Iterable[str], _: ReadOptions) -> Iterator[Document | Failure]:
    offset = 0
    for block in text_blocks(pieces):
        yield Document(name, block, offset=offset)
        offset += len(block)


def _read_markdown(name: str, pieces: Iterable[str], _: ReadOptions) -> Iterator[Document | Failure]:
    content = whole(pieces, name)
    yield Document(name, content, seen=blank_unseen(content))


def _read_html(name: str, pieces: Iterable[str], _: ReadOptions) -> Iterator[Document | Failure]:
    yield Document(name, visible_text(whole(pieces, name)))


def _read_csv(name: str, pieces: Iterable[str], options: ReadOptions) -> Iterator[Document | Failure]:
    return _read_table(name, pieces, options, ",")


def _read_tsv(name: str, pieces: Iterable[str], options: ReadOptions) -> Iterator[Document | Failure]:
    return _read_table(name, pieces, options, "\t")


def _read_table(name: str, pieces: Iterable[str], options: ReadOptions, delimiter: str) -> Iterator[Document | Failure]:
    rows = read_rows(name, pieces, delimiter)
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


def _read_jsonl(name: str, pieces: Iterable[str], options: ReadOptions) -> Iterator[Document | Failure]:
    key = options.text_column or DEFAULT_TEXT_COLUMN
    for number, line in enumerate(text_lines(pieces, name), start=1):
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
