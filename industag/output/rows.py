"""Rows: the result of a batch, one for each sentence of each document."""

from __future__ import annotations

from bisect import bisect_right
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

from industag.answers import Evidence, Tag, TaggedText, TagOptions
from industag.reading.documents import Document, Failure
from industag.tagger import Tagger

_NO_COLUMNS: Mapping[str, Any] = MappingProxyType({})


class Row(NamedTuple):
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
    columns: Mapping[str, Any] = _NO_COLUMNS


def tag_documents(tagger: Tagger, documents: Iterable[Document | Failure], options: TagOptions) -> Iterator[Row]:
    """Yield the rows of documents, in order; a document without a sentence, or that failed, is one row.

    Documents are read a little ahead, since the tagger takes many short texts at a time.
    """
    waiting: deque[Document | Failure] = deque()
    for sentences in tagger.tag_each(texts_of(documents, waiting), options):
        document = waiting.popleft()
        if isinstance(document, Failure):
            yield failed_row(document)
        else:
            yield from _rows(document, sentences)


def failed_row(failure: Failure) -> Row:
    """Return the row of a document that could not be read."""
    return Row(failure.name, failure.row, 0, 0, 0, None, "", "error", error=failure.message)


def empty_row(document: Document) -> Row:
    """Return the row of a document without a sentence."""
    return Row(document.name, document.row, 0, 0, 0, None, "", "none", columns=document.columns)


def texts_of(documents: Iterable[Document | Failure], waiting: deque[Document | Failure]) -> Iterator[str]:
    """Yield the text to tag of each document, none of one that failed, and put the document into the queue."""
    for document in documents:
        waiting.append(document)
        if isinstance(document, Failure):
            yield ""
        else:
            yield document.text if document.seen is None else document.seen


def _rows(document: Document, sentences: Iterable[TaggedText]) -> Iterator[Row]:
    """Yield the rows of a document, or of a block of a long one, with the places and numbers of the whole."""
    name, row, columns, offset, pages = document.name, document.row, document.columns, document.offset, document.page_starts
    number = before = document.first_sentence - 1
    page = None
    for number, (text, start, end, tags, review, _) in enumerate(sentences, start=document.first_sentence):
        if pages:
            page = bisect_right(pages, start) or None
        if document.seen is not None:
            text = document.text[start:end]
        status = "tagged" if tags else "review" if review else "none"
        if offset and status != "none":
            tags, review = _moved(tags, offset), _moved(review, offset)
        yield Row(name, row, number, start + offset, end + offset, page, text, status, tags, review, columns=columns)
    if number == before == 0:
        yield empty_row(document)


def _moved(tags: tuple[Tag, ...], offset: int) -> tuple[Tag, ...]:
    """Return the tags with the places of their evidence counted from the beginning of the whole document."""
    return tuple([tag._replace(evidence=tuple([_moved_evidence(each, offset) for each in tag.evidence])) for tag in tags])


def _moved_evidence(evidence: Evidence, offset: int) -> Evidence:
    start, end, text, kind, term, value = evidence
    return Evidence(start + offset, end + offset, text, kind, term, value)
