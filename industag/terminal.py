"""What a person sees in a terminal: sentences with their evidence marked, tags, sums."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from unicodedata import east_asian_width

import click

from industag.rows import Row
from industag.tagger import Explanation, Tag
from industag.taxonomy import Taxonomy

_INDENT = "      "


@dataclass(frozen=True, slots=True)
class Terminal:
    """How to write for a terminal: with or without colour, and how wide."""

    colour: bool = False
    width: int = 100

    def title(self, text: str) -> str:
        """Return a heading."""
        return self._style(text, bold=True)

    def sentence(self, row: Row) -> Iterator[str]:
        """Yield the lines for a sentence: the sentence, then a line for each tag."""
        spans = [(e.start - row.start, e.end - row.start) for tag in (*row.tags, *row.review) for e in tag.evidence]
        lines = wrap(self.marked(row.text, spans), self.width - len(_INDENT))
        for number, line in enumerate(lines):
            yield f"{row.sentence:4d}  {line}" if number == 0 else _INDENT + line
        for tag in (*row.tags, *row.review):
            yield _INDENT + self.tag(tag)

    def tag(self, tag: Tag) -> str:
        """Return the line for a tag."""
        words = ", ".join(dict.fromkeys(e.text for e in tag.evidence if e.kind == "keyword"))
        words = words or ", ".join(dict.fromkeys(e.text for e in tag.evidence[:3]))
        mark = "?" if tag.status == "review" else ">"
        name = self._style(f"{tag.names['en']} {tag.names['zh']}", fg="yellow" if tag.status == "review" else "green")
        return f"{mark} {tag.probability:.2f}  {name}  ({tag.label})" + (f"  {' '.join(words.split())}" if words else "")

    def marked(self, text: str, spans: Iterable[tuple[int, int]]) -> str:
        """Return a text on one line with the spans in brackets, or coloured."""
        pieces: list[str] = []
        position = 0
        for start, end in merge_spans(spans):
            pieces += [text[position:start], self._mark(text[start:end])]
            position = end
        return " ".join("".join([*pieces, text[position:]]).split())

    def _mark(self, words: str) -> str:
        return click.style(words, underline=True, bold=True) if self.colour else f"[{words}]"

    def _style(self, text: str, *, fg: str | None = None, bold: bool = False) -> str:
        return click.style(text, fg=fg, bold=bold) if self.colour else text

    def explanation(self, explanation: Explanation, taxonomy: Taxonomy) -> Iterator[str]:
        """Yield the lines for an explanation: the sentence with its evidence, the sum, and what becomes of it."""
        names = taxonomy[explanation.label].names
        found = explanation.contributions
        start = explanation.start
        keywords = [(c.start - start, c.end - start) for c in found if c.kind == "keyword"]
        yield self.title(f"{names['en']} {names['zh']} ({explanation.label})")
        yield from (f"  {line}" for line in wrap(self.marked(explanation.sentence, keywords), self.width - 2))
        if explanation.via != explanation.label:
            yield f"  rests on {explanation.via}, which lies below it:"
        yield f"  {explanation.bias:+9.4f}  bias"
        for c in found:
            words = " ".join(explanation.sentence[c.start - start : c.end - start].split())
            yield f"  {c.value:+9.4f}  {c.kind:7s}  {words}"
        yield f"  {explanation.score:+9.4f}  = score"
        verdict = "given" if explanation.probability >= explanation.threshold else "not given"
        yield (
            f"  probability {explanation.probability:.4f} = 1 / (1 + exp(-({explanation.slope:g} x score "
            f"{explanation.offset:+g}))), threshold {explanation.threshold:.2f}: {verdict}"
        )


def merge_spans(spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return the spans in order, those that overlap made one.

    >>> merge_spans([(4, 6), (0, 2), (5, 9)])
    [(0, 2), (4, 9)]
    """
    merged: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if merged and start < merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def wrap(text: str, width: int) -> list[str]:
    """Return a text in lines of at most ``width`` columns; a Chinese character takes two and can end a line.

    >>> wrap("量子计算 and more", 8)
    ['量子计算', 'and more']
    """
    if text.isascii():
        return textwrap.wrap(text, width) or [""]
    lines, line, columns, space = [], "", 0, -1
    for char in text:
        line += char
        columns += 2 if east_asian_width(char) in "WF" else 1
        if char == " ":
            space = len(line)
        if columns > width:
            cut = space if space > 0 and char.isascii() else len(line) - 1
            lines.append(line[:cut].rstrip())
            line, space = line[cut:].lstrip(), -1
            columns = sum(2 if east_asian_width(c) in "WF" else 1 for c in line)
    return [*lines, line] if line else lines


def rank(scores: Sequence[tuple[str, float]], taxonomy: Taxonomy) -> Iterator[str]:
    """Yield a line for each label with its probability, the likeliest first."""
    for label, probability in sorted(scores, key=lambda item: -round(item[1], 9)):
        names = taxonomy[label].names
        yield f"{probability:7.4f}  {label:40s} {names['en']} {names['zh']}"
