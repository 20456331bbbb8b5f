"""Chunks: the input of a batch dealt into pieces of work, the same ones whoever does them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from industag.blocks import BLOCK
from industag.readers import STREAMED, Document, Failure, ReadOptions, Source, read_source

_LEAST = 4096
"""Opening a file takes as long as reading so many bytes."""


@dataclass(frozen=True, slots=True)
class Chunk:
    """A piece of work.

    Attributes:
        items: Files to read and tag, documents that are read already, and failures to report.
        size: How many bytes of input it is, about; those of all chunks add up to the size of the input.
    """

    items: tuple[Source | Document | Failure, ...]
    size: int


def deal(found: Iterable[Source | Failure], options: ReadOptions, size: int = BLOCK) -> Iterator[Chunk]:
    """Yield chunks of about ``size`` bytes in the order of the input: many small files, or a part of a large one.

    A large file that can be read in parts is read here, by whoever deals, so that it is read once.
    """
    items: list[Source | Failure] = []
    room = size
    for each in found:
        if isinstance(each, Source) and each.kind in STREAMED and each.size > size:
            if items:
                yield _chunk_of_files(items)
            items, room = [], size
            yield from _parts(each, options, size)
            continue
        items.append(each)
        room -= max(each.size, _LEAST) if isinstance(each, Source) else 0
        if room <= 0:
            yield _chunk_of_files(items)
            items, room = [], size
    if items:
        yield _chunk_of_files(items)


def _chunk_of_files(items: list[Source | Failure]) -> Chunk:
    return Chunk(tuple(items), sum(each.size for each in items if isinstance(each, Source)))


def _parts(source: Source, options: ReadOptions, size: int) -> Iterator[Chunk]:
    """Yield the documents of a large file in chunks."""
    documents: list[Document | Failure] = []
    read, left = 0, source.size
    for document in read_source(source, options):
        documents.append(document)
        read += _bytes_of(document)
        if read >= size:
            yield Chunk(tuple(documents), min(read, left))
            documents, read, left = [], 0, left - min(read, left)
    yield Chunk(tuple(documents), left)


def _bytes_of(document: Document | Failure) -> int:
    if isinstance(document, Failure):
        return len(document.message)
    others = sum(len(value) for value in document.columns.values() if isinstance(value, str))
    return len(document.text.encode("utf-8", "replace")) + others
