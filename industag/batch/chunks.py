"""Chunks: the input of a batch dealt into pieces of work, the same ones whoever does them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from industag.reading.blocks import BLOCK
from industag.reading.documents import Document, Failure, ReadOptions
from industag.reading.finding import Source
from industag.reading.formats import DEALT, is_packed
from industag.reading.readers import Split, read_source

_LEAST = 4096
"""Opening a file takes as long as reading so many bytes."""
_ROW = 16
"""A row of a table takes so many bytes beside those of its texts."""
_PACKED_LIKE = 16
"""A packed file may hold so many times its size, or even more."""


@dataclass(frozen=True, slots=True)
class Chunk:
    """A piece of work.

    Attributes:
        items: Files to read and tag, documents that are read already, and failures to report.
        size: How many bytes of input it is, about; those of all chunks add up to the size of the input.
    """

    items: tuple[Source | Document | Failure, ...]
    size: int


def deal(
    found: Iterable[Source | Failure], options: ReadOptions, size: int = BLOCK, split: Split | None = None
) -> Iterator[Chunk]:
    """Yield chunks of about ``size`` bytes in the order of the input: many small files, or a part of a large one.

    A large file that can be read in parts is read here, by whoever deals, so that it is read once.
    """
    items: list[Source | Failure] = []
    room = size
    for each in found:
        held = _held(each)
        if isinstance(each, Source) and each.kind in DEALT and held > size:
            if items:
                yield _chunk_of_files(items)
            items, room = [], size
            yield from _parts(each, read_source(each, options, split), size)
            continue
        items.append(each)
        room -= max(held, _LEAST)
        if room <= 0:
            yield _chunk_of_files(items)
            items, room = [], size
    if items:
        yield _chunk_of_files(items)


def _held(found: Source | Failure) -> int:
    """Return how many bytes of text a file may hold, about."""
    if isinstance(found, Failure):
        return len(found.message)
    return found.size * (_PACKED_LIKE if is_packed(found.path) else 1)


def _chunk_of_files(items: list[Source | Failure]) -> Chunk:
    return Chunk(tuple(items), sum(each.size for each in items if isinstance(each, Source)))


def _parts(source: Source, found: Iterable[Document | Failure], size: int) -> Iterator[Chunk]:
    """Yield the documents of a large file in chunks."""
    documents: list[Document | Failure] = []
    read, left = 0, source.size
    for document in found:
        documents.append(document)
        read += _ROW + _bytes_of(document)
        if read >= size:
            yield Chunk(tuple(documents), min(read, left))
            documents, read, left = [], 0, left - min(read, left)
    yield Chunk(tuple(documents), left)


def _bytes_of(document: Document | Failure) -> int:
    if isinstance(document, Failure):
        return len(document.message)
    text = document.text
    others = sum(len(value) for value in document.columns.values() if isinstance(value, str))
    return (len(text) if text.isascii() else len(text.encode("utf-8", "replace"))) + others
