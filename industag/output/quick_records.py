"""Quick records: lines of JSON straight from what the compiled loops found, the same as an ``Encoder`` gives for rows.

Making objects of the answers, and text of the objects, takes several times as long as the loops do.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import deque
from collections.abc import Iterable, Iterator
from itertools import pairwise
from json.encoder import encode_basestring as quoted

from industag.answers import TagOptions
from industag.fast import KINDS, Found
from industag.output.records import Encoder, rounded, tag_head
from industag.output.rows import Row, empty_row, failed_row, texts_of
from industag.output.tally import Tally
from industag.reading.documents import Document, Failure
from industag.tagger import Tagger
from industag.taxonomy import Taxonomy


class QuickEncoder:
    """Turns what was found in documents into lines, and counts them."""

    def __init__(self, encoder: Encoder, taxonomy: Taxonomy, tally: Tally) -> None:
        self._encoder = encoder
        self._heads = [tag_head(label.id, label.names) for label in taxonomy]
        self._tally = tally

    def encode(self, documents: Iterable[Document | Failure], tagger: Tagger, options: TagOptions) -> bytes:
        """Return the lines for documents, tagged by a tagger that uses the compiled loops."""
        waiting: deque[Document | Failure] = deque()
        found = tagger.find(texts_of(documents, waiting), options)
        return b"".join([line.encode("utf-8", "replace") for some in found for line in self._lines(waiting, some)])

    def _lines(self, waiting: deque[Document | Failure], found: Found) -> Iterator[str]:
        for first, last in pairwise(found.sentences):
            document = waiting.popleft()
            if isinstance(document, Failure):
                yield self._line(failed_row(document))
            elif first < last:
                yield from self._sentences(document, found, first, last)
            elif document.first_sentence == 1:
                yield self._line(empty_row(document))

    def _line(self, row: Row) -> str:
        (counted,) = self._tally.counting([row])
        return self._encoder.line(counted)

    def _sentences(self, document: Document, found: Found, first: int, last: int) -> list[str]:
        """Return the lines for the sentences of a document, which are those from the first to before the last."""
        encoder = self._encoder
        head, untagged, tail = encoder.head(document.name, document.row, document.columns), encoder.untagged, encoder.tail
        text, offset, pages = document.text, document.offset, document.page_starts
        seen = text if document.seen is None else document.seen
        number, page = document.first_sentence - first, "null"
        lines = []
        n_tagged = n_review = 0
        for sentence, start, end, begin, stop in zip(
            range(first, last),
            found.starts[first:last],
            found.ends[first:last],
            found.answers[first:last],
            found.answers[first + 1 : last + 1],
            strict=True,
        ):
            if pages:
                page = str(bisect_right(pages, start) or "null")
            place = f'{head}{number + sentence}, "start": {start + offset}, "end": {end + offset}, "page": {page}, "text": '
            if begin == stop:
                lines.append(f"{place}{quoted(text[start:end])}{untagged}")
                continue
            n_tags = found.n_tags[sentence]
            n_tagged, n_review = n_tagged + (n_tags > 0), n_review + (n_tags == 0)
            answers = [self._answer(found, each, seen, offset) for each in range(begin, stop)]
            lines.append(
                f'{place}{quoted(text[start:end])}, "status": "{"tagged" if n_tags else "review"}", '
                f'"tags": [{", ".join(answers[:n_tags])}], "review": [{", ".join(answers[n_tags:])}]{tail}'
            )
        self._count(document, len(lines), n_tagged, n_review)
        return lines

    def _answer(self, found: Found, number: int, text: str, offset: int) -> str:
        """Return an answer as JSON; ``offset`` is where the text starts in the whole document."""
        evidence = [
            f'{{"start": {start + offset}, "end": {end + offset}, '
            f'"text": {quoted(text[start:end])}, "kind": "{KINDS[is_term]}", "value": {rounded(value)}}}'
            for value, start, end, is_term in found.evidence[found.pieces[number] : found.pieces[number + 1]]
        ]
        head = self._heads[found.labels[number]]
        return f'{head}{rounded(found.probabilities[number])}, "evidence": [{", ".join(evidence)}]}}'

    def _count(self, document: Document, n_sentences: int, n_tagged: int, n_review: int) -> None:
        counts = {"tagged": n_tagged, "review": n_review, "none": n_sentences - n_tagged - n_review}
        for status, count in counts.items():
            if count:
                self._tally.statuses[status] += count
        self._tally.documents += document.first_sentence == 1
        self._tally.note_columns(document.columns)
