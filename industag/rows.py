"""Rows: the result of a batch, one for each sentence of each document."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from industag.answers import Tag, TagOptions
from industag.documents import Document, Failure
from industag.tagger import Tagger


@dataclass(frozen=True, slots=True)
class Row:
    """A sentence with its tags, or a document that failed.

    Attributes:
        doc: The document's name.
        row: The number of the row in a table; None for a whole file.
        sentence: The number of the sentence in the document, from 1; 0 for a document without any.
        start: Where the sentence starts in the document's text.
        end: Where it ends.
        page: The page on which it begins, from 1; None where the document has none.
        text: The sentence.
        status: "tagged", "review", "none", or "error".
        tags: The labels given.
        review: The labels that a person should look at.
        error: What went wrong; empty where nothing did.
        columns: The other columns of the document's row.
    """

    doc: str
    row: int | None
    sentence: int
    start: int
    end: int
    page: int | None
    text: str
    status: str
    tags: tuple[Tag, ...] = ()
    review: tuple[Tag, ...] = ()
    error: str = ""
    columns: Mapping[str, Any] = field(default_factory=dict)


def tag_documents(tagger: Tagger, documents: Iterable[Document | Failure], options: TagOptions) -> Iterator[Row]:
    """Yield the rows of documents, in order; a document without a sentence, or that failed, is one row."""
    for document in documents:
        if isinstance(document, Failure):
            yield Row(document.name, document.row, 0, 0, 0, None, "", "error", error=document.message)
        else:
            yield from tag_document(tagger, document, options)


def tag_document(tagger: Tagger, document: Document, options: TagOptions) -> Iterator[Row]:
    """Yield the rows of one document."""
    name, row, columns = document.name, document.row, document.columns
    number = 0
    seen = document.text if document.seen is None else document.seen
    for number, each in enumerate(tagger.tag_sentences(seen, options), start=1):
        yield Row(
            name,
            row,
            number,
            each.start,
            each.end,
            bisect_right(document.page_starts, each.start) or None,
            document.text[each.start : each.end],
            each.status,
            each.tags,
            each.review,
            columns=columns,
        )
    if not number:
        yield Row(name, row, 0, 0, 0, None, "", "none", columns=columns)
