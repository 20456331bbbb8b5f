"""Quick records: lines of JSON that the compiled loops write, the same as an ``Encoder`` gives for rows.

Making objects of the answers, and text of the objects, takes several times as long as the loops do.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from industag.answers import TagOptions
from industag.fast import Titled, Wording
from industag.output.records import Encoder, Provenance, tag_head
from industag.output.rows import failed_row
from industag.output.tally import Tally
from industag.reading.documents import Document, Failure
from industag.tagger import Tagger


class QuickEncoder:
    """Turns documents into lines, with a tagger that uses the compiled loops; it never changes, so threads can share it."""

    def __init__(self, tagger: Tagger, options: TagOptions, provenance: Provenance) -> None:
        encoder = Encoder(provenance)
        untagged, tail, *heads = map(
            _bytes_of, (encoder.untagged, encoder.tail, *(tag_head(label.id, label.names) for label in tagger.taxonomy))
        )
        self._writer = tagger.line_writer(Wording(untagged, tail, heads), options)
        self._provenance = provenance

    def encode(self, documents: Iterable[Document | Failure], tally: Tally) -> bytes:
        """Return the lines for documents, and count them."""
        lines = []
        for written in self._writer.write(self._titled(documents, tally)):
            lines.append(written.lines)
            none = written.sentences - written.tagged - written.review
            for status, count in (("tagged", written.tagged), ("review", written.review), ("none", none)):
                if count:
                    tally.statuses[status] += count
        return b"".join(lines)

    def _titled(self, documents: Iterable[Document | Failure], tally: Tally) -> Iterator[Titled]:
        """Yield the documents with how their lines begin, and count them."""
        encoder = Encoder(self._provenance)
        for document in documents:
            if isinstance(document, Failure):
                (row,) = tally.counting([failed_row(document)])
                yield Titled("", "", _bytes_of(encoder.line(row)), 0)
                continue
            tally.documents += document.first_sentence == 1
            tally.note_columns(document.columns)
            text, seen = document.text, document.seen
            head = _bytes_of(encoder.head(document.name, document.row, document.columns))
            tagged = text if seen is None else seen
            numbers = document.first_sentence, document.offset, document.page_starts
            yield Titled(tagged, text, head, *numbers, document.spans)


def _bytes_of(text: str) -> bytes:
    return text.encode("utf-8", "replace")
