"""Files that must be taken apart before there is text: pdf, docx, xlsx and parquet."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from industag.errors import InputError
from industag.reading.documents import Document, ReadOptions, shown_name
from industag.reading.docx_text import docx_text
from industag.reading.page_text import PagedText, join_pages
from industag.reading.parquet_rows import read_parquet
from industag.reading.pdf_pages import read_pages
from industag.reading.xlsx_rows import read_xlsx

_NAMED_PAGES = 10


def read_binary(path: Path, kind: str, options: ReadOptions) -> Iterator[Document]:
    """Yield the documents of a file of one of ``BINARY_FORMATS``.

    Raises:
        InputError: It cannot be read.
    """
    yield from _READERS[kind](path, options)


def _read_docx(path: Path, _: ReadOptions) -> Iterator[Document]:
    yield Document(shown_name(path), docx_text(path))


def _read_pdf(path: Path, _: ReadOptions) -> Iterator[Document]:
    pages = list(read_pages(path))
    joined = join_pages(pages)
    notes = tuple(_notes(joined, len(pages)))
    if notes and not joined.text:
        raise InputError(f"{path}: {notes[0]}; run text recognition (OCR) over it first")
    yield Document(shown_name(path), joined.text, page_starts=joined.page_starts, notes=notes)


def _notes(joined: PagedText, count: int) -> Iterator[str]:
    """Yield what is known to be missing from the text of a PDF."""
    if joined.scanned:
        yield f"{len(joined.scanned)} of {count} pages are scanned, without text (page {_listed(joined.scanned)})"
    if joined.garbled:
        yield f"{len(joined.garbled)} of {count} pages have fonts without their characters (page {_listed(joined.garbled)})"


def _listed(pages: tuple[int, ...]) -> str:
    return ", ".join(map(str, pages[:_NAMED_PAGES])) + (", ..." if len(pages) > _NAMED_PAGES else "")


_READERS = {"pdf": _read_pdf, "docx": _read_docx, "xlsx": read_xlsx, "parquet": read_parquet}
