"""From the lines of pages to one text: paragraphs made whole, what repeats at the edges of pages dropped.

A paragraph is one line of the result and a blank line stands between paragraphs, so the sentence splitter need not guess
what was wrapped. Where a page ends within a paragraph, the paragraph goes on.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median
from typing import NamedTuple

from industag.reading.pdf_pages import HYPHEN, Line, Page
from industag.sentences import ITEM

_EDGE_LINES = 4
_SAME_HEIGHT = 4.0
_EDGE_SHARE = 0.3
_FEW_PAGES = 6
_NEIGHBOURS = 8
_ANOTHER_SIZE = 0.15
_LEAST_INDENT, _WIDEST_INDENT = 0.8, 6.0
_SPREAD = 1.6
"""Justified text is rarely wider than this many times its characters."""
_NUMBER = re.compile(r"\d+")
_WIDE = "\u2e80"
_HYPHENS = (HYPHEN, "-", "\u00ad")
_ENDS, _CLOSERS = tuple("。！？!?.…；;：:"), "\"'”’」』）)】〉》]"
_COMPOUND = re.compile(r"[A-Za-z]{2,}-[A-Za-z]{2,}")


@dataclass(frozen=True, slots=True)
class PagedText:
    """The text of pages.

    Attributes:
        text: All of it.
        page_starts: Where each page begins in it.
        scanned: The numbers of the pages that are pictures without text, from 1.
        garbled: The numbers of the pages whose text cannot be read.
    """

    text: str
    page_starts: tuple[int, ...]
    scanned: tuple[int, ...]
    garbled: tuple[int, ...]


def join_pages(pages: Sequence[Page]) -> PagedText:
    """Return the pages as one text."""
    bodies = [[] if page.is_garbled else lines for page, lines in zip(pages, _without_running_lines(pages), strict=True)]
    text, page_starts = _join(bodies)
    return PagedText(
        text,
        page_starts,
        tuple(i for i, page in enumerate(pages, start=1) if page.is_picture and not bodies[i - 1]),
        tuple(i for i, page in enumerate(pages, start=1) if page.is_garbled),
    )


def _without_running_lines(pages: Sequence[Page]) -> Iterator[list[Line]]:
    """Yield the lines of each page without its header, footer and page number: outermost lines that other pages have too."""
    edges = [(_edge(page, top=True), _edge(page, top=False)) for page in pages]
    seen = Counter(key for page in edges for key in {(side, _key(line)) for side in (0, 1) for line in page[side]})
    enough = 2 if len(pages) < _FEW_PAGES else 3
    for page, lines_at in zip(pages, edges, strict=True):
        running: set[Line] = set()
        for side in (0, 1):
            for line in lines_at[side]:
                if seen[side, _key(line)] < enough:
                    break
                running.add(line)
        body = [line for line in page.lines if line not in running]
        yield body if body or page.is_picture else page.lines


def _edge(page: Page, *, top: bool) -> list[Line]:
    """Return the outermost lines at the top or bottom of a page, from the outside in."""
    limit = page.height * (1 - _EDGE_SHARE if top else _EDGE_SHARE)
    near = [line for line in page.lines if (line.baseline > limit if top else line.baseline < limit)]
    return sorted(near, key=lambda line: -line.baseline if top else line.baseline)[:_EDGE_LINES]


def _key(line: Line) -> tuple[str, int]:
    """Return a line as it is compared with those of other pages: without spaces, all numbers alike, and where it stands."""
    return _NUMBER.sub("#", "".join(line.text.split())), round(line.baseline / _SAME_HEIGHT)


class _Place(NamedTuple):
    """A line among those of its page, whose usual distance from one line to the next is ``pitch``."""

    lines: Sequence[Line]
    number: int
    pitch: float

    @property
    def line(self) -> Line:
        return self.lines[self.number]

    @property
    def following(self) -> Line | None:
        return self.lines[self.number + 1] if self.number + 1 < len(self.lines) else None

    def is_below(self, other: _Place) -> bool:
        """Tell whether this line stands lower than another of the same page."""
        return self.lines is other.lines and self.line.baseline < other.line.baseline


def _join(bodies: Sequence[Sequence[Line]]) -> tuple[str, tuple[int, ...]]:
    """Return the text of the pages' lines, and where each page begins in it."""
    compounds = {word.lower() for lines in bodies for line in lines for word in _COMPOUND.findall(line.text)}
    pieces: list[str] = []
    page_starts: list[int] = []
    length = 0
    before: _Place | None = None
    for lines in bodies:
        page_starts.append(length)
        pitch = _pitch(lines)
        for number in range(len(lines)):
            here = _Place(lines, number, pitch)
            if before is not None:
                cut, between = _seam(before.line.text, here.line.text, compounds) if _goes_on(before, here) else (0, "\n\n")
                pieces[-1] = pieces[-1][: len(pieces[-1]) - cut] + between
                length += len(between) - cut
            if number == 0:
                page_starts[-1] = length
            pieces.append(here.line.text)
            length += len(here.line.text)
            before = here
    return "".join(pieces).replace(HYPHEN, "-"), tuple(page_starts)


def _pitch(lines: Sequence[Line]) -> float:
    """Return the usual distance of one line from the next."""
    steps = [line.baseline - following.baseline for line, following in pairwise(lines)]
    downward = [step for step in steps if step > 0]
    return median(downward) if downward else 0.0


def _goes_on(before: _Place, here: _Place) -> bool:
    """Tell whether the paragraph of the line before goes on in the line here."""
    last, line = before.line, here.line
    if abs(last.size - line.size) > _ANOTHER_SIZE * last.size or ITEM.match(line.text):
        return False
    if _is_table_row(last) or _is_table_row(line):
        return False
    if here.is_below(before) and (_is_apart(before, here) or last.left - line.left > _WIDEST_INDENT * line.size):
        return False
    if _is_indented(before, here):
        return False
    if last.text.endswith(HYPHEN):
        return True
    edge = _right_edge(before)
    return edge - last.right < _first_word_width(line) + _slack(last, line, edge - last.left)


def _is_apart(before: _Place, here: _Place) -> bool:
    """Tell whether there is more space than usual between two lines."""
    step = before.line.baseline - here.line.baseline
    return step > 1.3 * here.pitch and step > 1.2 * here.line.size


def _is_table_row(line: Line) -> bool:
    """Tell whether there are gaps in a line, as between the cells of a table: it is much wider than its characters."""
    characters = sum(1.0 if char >= _WIDE else 0.5 for char in line.text)
    return line.right - line.left > _SPREAD * characters * line.size


def _is_indented(before: _Place, here: _Place) -> bool:
    """Tell whether a line is set in, as the first of a paragraph is."""
    last, line, following = before.line, here.line, here.following
    least = _LEAST_INDENT * line.size
    if following is not None and following.right > line.left:
        inset = line.left - following.left
        if least < inset < _WIDEST_INDENT * line.size:
            return True
    same_column = here.is_below(before) and last.right > line.left
    return same_column and line.left - last.left > least and not ITEM.match(last.text)


def _right_edge(place: _Place) -> float:
    """Return how far right the lines of a line's block reach, or the page's where it stands alone."""
    line = place.line
    block = [*_block(place, -1), *_block(place, 1)]
    around = block or [each for each in place.lines if each.left < line.right and line.left < each.right]
    return max([line.right, *(each.right for each in around)])


def _block(place: _Place, direction: int) -> Iterator[Line]:
    """Yield the lines above (-1) or below (1) a line that stand close to each other and begin about alike."""
    last = place.line
    end = len(place.lines) if direction > 0 else -1
    for number in range(place.number + direction, end, direction)[:_NEIGHBOURS]:
        line = place.lines[number]
        step = direction * (last.baseline - line.baseline)
        if not 0 < step < 2 * line.size or abs(last.left - line.left) > 3 * line.size:
            return
        yield line
        last = line


def _slack(last: Line, line: Line, width: float) -> float:
    """Return how much shorter than the others a line may be and still go on: more where its words do not end a sentence."""
    if last.text.rstrip(_CLOSERS)[-1:] in _ENDS:
        return line.size
    return 0.25 * width if line.text[0].isascii() and line.text[0].islower() else 3 * line.size


def _first_word_width(line: Line) -> float:
    """Return about how wide the first word of a line is: what did not fit into the line before."""
    word = line.text.split(maxsplit=1)[0]
    latin = next((number for number, char in enumerate(word) if char >= _WIDE), len(word))
    share = max(latin, 1) / max(len(line.text), 1)
    return max(share * (line.right - line.left), line.size if latin == 0 else 0.0)


def _seam(last: str, line: str, compounds: set[str]) -> tuple[int, str]:
    """Return how many characters of the line before are cut off, and what stands between it and the next.

    >>> _seam("electro\u2010", "lysers for", set()), _seam("风力发", "电", set()), _seam("wind", "farm", set())
    ((1, ''), (0, ''), (0, ' '))
    """
    if last.endswith(_HYPHENS):
        parted = last[-2:-1].isalpha() and line[:1].islower()
        compound = re.split(r"[^A-Za-z]", last[:-1])[-1] + "-" + re.split(r"[^A-Za-z]", line)[0]
        return (1 if parted and compound.lower() not in compounds else 0), ""
    return 0, "" if max(last[-1], line[0]) >= _WIDE else " "
