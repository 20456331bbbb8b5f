"""Sentences: where they start and end in English, Chinese and mixed text.

A sentence never crosses a blank line. A line break ends a sentence too, unless the line looks wrapped (as text copied out
of a PDF is). Offsets are code points of the text as given, and everything outside the sentences is white space.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

LONGEST = 2000
"""A sentence longer than this many characters is cut, at a pause where there is one."""

CLOSERS = "\"'”’」』）)】〉》]"
STOPS = "。！？!?｡"
POINTS = ".…"
PARTS_BLOCKS = "\n\f\u2028\u2029"
OPENS_LIST = "：:；;"
ABBREVIATIONS = frozenset(
    "mr mrs ms dr prof sr jr st vs etc al fig figs eq eqs sec no nos vol pp ed eds inc ltd co corp llc plc dept "
    "univ est approx ca cf eg ie e.g i.e u.s u.k u.n p.m a.m ph.d jan feb mar apr jun jul aug sep sept oct nov dec "
    "gen col lt gov sen rep hon rev capt ave mt ft resp ref refs".split()
)
SENTENCE_FINAL = frozenset("etc p.m a.m inc ltd co corp".split())
PAUSES = "；;，,、 "
BULLETS = "-*•·●■◆▪–\uf06c\uf0b7"
NUMERALS = "一二三四五六七八九十"
ITEM_MARKS = ".)）、"
SECTION_NAMES = "章节条款"

_END = re.compile(rf"(?:[{STOPS}]+|…+|\.+)[{re.escape(CLOSERS)}]*")
_LAST_WORD = re.compile(r"(?<![A-Za-z.])(?:[A-Za-z]\.)*[A-Za-z]+$")
ITEM = re.compile(
    rf"\s*(?:[{re.escape(BULLETS)}]\s|#{{1,6}}\s|>|\|"  # bullets, headings, quotations and table rows
    rf"|[(（]?(?:\d{{1,3}}|[{NUMERALS}]{{1,3}}|[a-zA-Z]|[ivx]{{1,4}})[{ITEM_MARKS}]\s*(?!\d)"
    rf"|第[{NUMERALS}百\d]+[{SECTION_NAMES}])"
)
"""How a line begins that is an item of its own: a bullet, a number, a heading."""
_BLANK = re.compile(r"\n\s*\n|\f|[\u2028\u2029]")
WRAP_WIDTH = 140
"""No wrapped line is wider than this; where lines are wider, each is a paragraph."""
NARROW = 24
"""Text is not wrapped to lines narrower than this."""


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of a text: ``text[start:end]``."""

    start: int
    end: int


def split_sentences(text: str) -> list[Span]:
    """Return the sentences of ``text`` in order.

    >>> text = "Dr. Li spent 3.5 million. “发展量子计算。”他说。"
    >>> [text[s.start:s.end] for s in split_sentences(text)]
    ['Dr. Li spent 3.5 million.', '“发展量子计算。”', '他说。']
    """
    found: list[Span] = []
    for paragraph in _paragraphs(text):
        for sentence in _ends(text, paragraph):
            found.extend(_cut(text, sentence))
    return found


def _paragraphs(text: str) -> Iterator[Span]:
    """Yield the stretches that no sentence crosses."""
    start = 0
    for blank in _BLANK.finditer(text):
        yield from _unwrapped(text, Span(start, blank.start()))
        start = blank.end()
    yield from _unwrapped(text, Span(start, len(text)))


def _unwrapped(text: str, block: Span) -> Iterator[Span]:
    """Yield the paragraphs of a block of lines: lines that go on in the next one stay together."""
    if "\n" not in text[block.start : block.end]:
        yield block
        return
    lines = text[block.start : block.end].split("\n")
    widest: dict[bool, int] = {}
    for line in lines:
        chinese = _is_chinese(line)
        widest[chinese] = max(_width(line), widest.get(chinese, 0))
    start = position = block.start
    for line, following in pairwise(lines):
        position += len(line) + 1
        if not _goes_on(line, following, widest[_is_chinese(line)]):
            yield Span(start, position - 1)
            start = position
    yield Span(start, block.end)


def _goes_on(line: str, following: str, widest: int) -> bool:
    """Tell whether a line was wrapped and goes on in the following one; ``widest`` is the width of lines like it."""
    stripped = line.rstrip()
    if not stripped or ITEM.match(following) or _END.search(stripped[-2:]):
        return False
    if stripped[-1] in OPENS_LIST:
        return False
    if widest < NARROW:
        return False  # a list of short lines
    if stripped[-1] in "-\u2010" and stripped[-2:-1].isalpha() and following[:1].islower():
        return True  # a word was cut in two
    if following.lstrip()[:1].islower() and following.lstrip()[:1].isascii():
        return _width(line) > widest * 0.5
    return widest <= WRAP_WIDTH and _width(line) >= widest * 0.85


def _is_chinese(line: str) -> bool:
    """Tell whether most of a line is Chinese, so that it was wrapped at another number of characters than English is."""
    return sum(char >= "\u2e80" for char in line) > 0.4 * len(line)


def _width(line: str) -> int:
    """Return the width of a line in columns: a Chinese character takes two."""
    return len(line) + sum(char >= "\u2e80" for char in line) if not line.isascii() else len(line)


def _ends(text: str, paragraph: Span) -> Iterator[Span]:
    """Yield the sentences of one paragraph."""
    start = paragraph.start
    for match in _END.finditer(text, paragraph.start, paragraph.end):
        rest = Span(start, paragraph.end)
        mark = match.group()[0]
        if mark == "." and not _is_full_stop(text, match, rest):
            continue
        after = text[match.end() : match.end() + 1] if match.end() < paragraph.end else ""
        if mark in "!?" and after.isascii() and after.strip():
            continue  # a query string, "Yahoo!Japan"
        if mark == "…" and after not in ("", "\n", "“", '"'):
            continue
        yield Span(start, match.end())
        start = match.end()
    yield Span(start, paragraph.end)


def _is_full_stop(text: str, stop: re.Match[str], rest: Span) -> bool:
    """Tell whether a full stop (with its closing quotes) ends the sentence that ``rest`` begins with."""
    after = text[stop.end() : stop.end() + 1] if stop.end() < rest.end else ""
    if after and not after.isspace() and after < "\u2e80":
        return False  # decimals, file names, addresses
    if not text[rest.start : min(stop.start(), rest.start + 8)].strip(" \t\n#(0123456789"):
        return False  # the number of an item
    before = _LAST_WORD.search(text, max(rest.start, stop.start() - 20), stop.start())
    if before is None:
        return True
    following = text[stop.end() : min(stop.end() + 40, rest.end)].lstrip()
    word = before.group().lower()
    if len(word) == 1 and before.group().isupper() and text[before.start() - 1 : before.start()] in (" ", "", "."):
        return False  # an initial: "J. Smith"
    if word in ABBREVIATIONS or "." in word:
        return word in SENTENCE_FINAL and bool(following) and following[0].isupper()
    return not (following and following[0].islower())


def _cut(text: str, sentence: Span) -> Iterator[Span]:
    """Yield the sentence without white space around it, in pieces where it is too long, or nothing if it is blank."""
    start, end = sentence.start, sentence.end
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    while end - start > LONGEST:
        stop = max(text.rfind(pause, start + LONGEST // 2, start + LONGEST) + 1 for pause in PAUSES)
        stop = stop or start + LONGEST
        yield from _cut(text, Span(start, stop))
        start = stop
        while start < end and text[start].isspace():
            start += 1
    if start < end:
        yield Span(start, end)
