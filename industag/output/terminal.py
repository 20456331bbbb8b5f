"""What a person sees in a terminal: sentences with their evidence marked, tags, sums."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from unicodedata import east_asian_width

import click

from industag.answers import Evidence, Explanation, Tag
from industag.harvest import Harvest
from industag.output.rows import Row
from industag.taxonomy import Taxonomy

_INDENT = "      "
_BEGIN, _END = "\x02", "\x03"
_CONTROLS = dict.fromkeys([*range(9), *range(14, 32), 127, *range(128, 160)], "\ufffd")


@dataclass(frozen=True, slots=True)
class Terminal:
    """How to write for a terminal: with or without colour, and how wide."""

    colour: bool = False
    width: int = 100

    def title(self, text: str) -> str:
        """Return a heading."""
        return self._style(printable(text), bold=True)

    def sentence(self, row: Row) -> Iterator[str]:
        """Yield the lines for a sentence: the sentence, then a line for each tag."""
        evidence = [e for tag in (*row.tags, *row.review) for e in shown_evidence(tag)]
        spans = [(e.start - row.start, e.end - row.start) for e in evidence]
        for number, line in enumerate(self.marked(row.text, spans, self.width - len(_INDENT))):
            yield f"{row.sentence:4d}  {line}" if number == 0 else _INDENT + line
        for tag in (*row.tags, *row.review):
            yield from self.tag(tag)

    def tag(self, tag: Tag) -> Iterator[str]:
        """Yield the lines for a tag: its probability and name, and the words that earned it."""
        words = ", ".join(dict.fromkeys(" ".join(printable(e.text).split()) for e in shown_evidence(tag)))
        mark = "?" if tag.status == "review" else ">"
        name = f"{tag.names['en']} {tag.names['zh']}"
        head = f"{mark} {tag.probability:.2f}  {name}  ({tag.label})"
        colour = "yellow" if tag.status == "review" else "green"
        lines = wrap(f"{head}  {words}" if words else head, self.width - len(_INDENT))
        yield _INDENT + lines[0].replace(name, self._style(name, fg=colour))
        yield from (_INDENT + "        " + line for line in lines[1:])

    def marked(self, text: str, spans: Iterable[tuple[int, int]], width: int) -> list[str]:
        """Return a text in lines with the spans in brackets, or underlined where there is colour."""
        pieces: list[str] = []
        position = 0
        text = printable(text)
        for start, end in merge_spans(spans):
            pieces += [text[position:start], _BEGIN, text[start:end], _END]
            position = end
        line = " ".join("".join([*pieces, text[position:]]).split())
        if not self.colour:
            return wrap(line.replace(_BEGIN, "[").replace(_END, "]"), width)
        begin, end_style = click.style("", underline=True, bold=True, reset=False), click.style("", reset=True)
        return [each.replace(_BEGIN, begin).replace(_END, end_style) for each in wrap(line, width)]

    def _style(self, text: str, *, fg: str | None = None, bold: bool = False) -> str:
        return click.style(text, fg=fg, bold=bold) if self.colour else text

    def explanation(self, explanation: Explanation, taxonomy: Taxonomy) -> Iterator[str]:
        """Yield the lines for an explanation: the sentence with its evidence, the sum, and what becomes of it."""
        names = taxonomy[explanation.label].names
        found = explanation.contributions
        start = explanation.start
        keywords = [(c.start - start, c.end - start) for c in found if c.kind == "keyword"]
        yield self.title(f"{names['en']} {names['zh']} ({explanation.label})")
        yield from (f"  {line}" for line in self.marked(explanation.sentence, keywords, self.width - 2))
        if explanation.via != explanation.label:
            yield f"  rests on {explanation.via}, which lies below it:"
        yield f"  {explanation.bias:+9.4f}  bias"
        for c in found:
            words = " ".join(printable(explanation.sentence[c.start - start : c.end - start]).split())
            yield f"  {c.value:+9.4f}  {c.kind:7s}  {words}"
        yield f"  {explanation.score:+9.4f}  = score"
        verdict = "given" if explanation.given else "not given"
        yield (
            f"  probability {explanation.probability:.4f} = 1 / (1 + exp(-({explanation.slope:g} x score "
            f"{explanation.offset:+g}))), threshold {explanation.threshold:.2f}: {verdict}"
        )


def printable(text: str) -> str:
    r"""Return a text in which no control character can speak to the terminal.

    >>> printable("\x1b[31mred")
    '\ufffd[31mred'
    """
    return text.translate(_CONTROLS)


def shown_evidence(tag: Tag) -> Sequence[Evidence]:
    """Return the evidence to show of a tag: its keywords, or where there are none, the strongest terms."""
    return [e for e in tag.evidence if e.kind == "keyword"] or tag.evidence[:3]


def harvested(found: Harvest, labels: Sequence[str], most: int = 12) -> Iterator[str]:
    """Yield the lines that show what a harvest found for some labels."""
    yield f"{found.sentences:,} sentences"
    for label in labels:
        proposals = [each for each in found.proposals if each.term.label == label]
        if proposals:
            yield f"\n{label}: terms that go with it (in its sentences / in all, log odds)"
        for each in proposals[:most]:
            yield f"  {each.term.term}  ({each.term.with_label} / {each.term.in_all}, {each.odds:.1f})"
            yield f"      {printable(' '.join(each.example.split()))[:160]}"
    doubtful = [each for each in found.doubtful if each.label in labels]
    if doubtful:
        yield "\nKeywords that stand alone more often than their label's others, and may mean something else:"
    for keyword in doubtful:
        shares = f"supported {keyword.supported:.0%}, usual {keyword.usual:.0%}"
        yield f"  {keyword.term}  ({keyword.label}): {keyword.hits} times, {shares}"
    overlaps = [each for each in found.overlaps if each.first in labels or each.second in labels]
    if overlaps:
        yield "\nLabels that often stand together:"
    for pair in overlaps:
        yield f"  {pair.first} + {pair.second}: {pair.together} sentences, {pair.share:.0%} of the rarer one's"
    silent = [term for label, term in found.silent if label in labels]
    if silent:
        yield f"\n{len(silent)} keywords never occur: {', '.join(silent[:60])}{' ...' if len(silent) > 60 else ''}"


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
    lines, line, columns, space = [], "", 0, -1
    for char in text:
        line += char
        columns += _columns(char)
        if char == " ":
            space = len(line)
        if columns > width:
            cut = space if space > 0 and char.isascii() else len(line) - 1
            lines.append(line[:cut].rstrip())
            line, space = line[cut:].lstrip(), -1
            columns = sum(map(_columns, line))
    return [*lines, line] if line or not lines else lines


def _columns(char: str) -> int:
    """Return how many columns a character takes."""
    return 0 if char in (_BEGIN, _END) else 2 if east_asian_width(char) in "WF" else 1


def rank(scores: Sequence[tuple[str, float]], taxonomy: Taxonomy) -> Iterator[str]:
    """Yield a line for each label with its probability, the likeliest first."""
    for label, probability in sorted(scores, key=lambda item: -round(item[1], 9)):
        names = taxonomy[label].names
        yield f"{probability:7.4f}  {label:40s} {names['en']} {names['zh']}"
