"""Documents: what readers give, a text with where it came from, or a failure; and how they are asked for."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

DEFAULT_SECONDS = 60.0
DEFAULT_MEGABYTES = 2048


@dataclass(frozen=True, slots=True)
class Document:
    """A text to tag.

    Attributes:
        name: The file's path as given, with the sheet where a workbook has several, or "-".
        text: The text; offsets count from its beginning.
        row: The number of the row or line in a table, from 1; None for a whole file.
        columns: The other columns of the row.
        seen: The text with blanks in place of what a reader does not see; None where all of it is seen.
        page_starts: Where each page begins in the text; empty where there are no pages.
        notes: What the text does not hold though the file does, such as scanned pages.
        offset: Where the text begins in the whole document; not 0 in the later blocks of a long one.
        first_sentence: The number of its first sentence in the whole document.
        spans: Where its sentences stand, shape (n_sentences, 2); None where nobody has split it yet.
    """

    name: str
    text: str
    row: int | None = None
    columns: Mapping[str, Any] = field(default_factory=dict)
    seen: str | None = None
    page_starts: tuple[int, ...] = ()
    notes: tuple[str, ...] = ()
    offset: int = 0
    first_sentence: int = 1
    spans: NDArray[np.int64] | None = field(default=None, compare=False, repr=False)


def pack(document: Document) -> list[Any]:
    """Return a document as plain data."""
    return [getattr(document, name) for name in Document.__slots__]


def unpack(packed: list[Any]) -> Document:
    """Return the document that was packed."""
    document = Document(*packed)
    return replace(document, page_starts=tuple(document.page_starts), notes=tuple(document.notes))


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
        seconds: How long the reading of one pdf, docx, xlsx or parquet file may take.
        megabytes: How much memory it may take, where the system can tell.
    """

    text_column: str | None = None
    stdin_format: str = "txt"
    skip: Path | None = None
    seconds: float = DEFAULT_SECONDS
    megabytes: int = DEFAULT_MEGABYTES


DEFAULTS = ReadOptions()


def shown_name(path: Path) -> str:
    r"""Return a path as text for a table: control characters and bytes that are no UTF-8 as escapes.

    >>> shown_name(Path("two\nlines.txt"))
    'two\\nlines.txt'
    """
    name = os.fsencode(path).decode("utf-8", "backslashreplace")
    return "".join(char if char.isprintable() or char == " " else char.encode("unicode_escape").decode() for char in name)
