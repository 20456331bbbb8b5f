"""Units: what a text is made of for matching, words of alphabetic scripts and single Chinese characters.

A text is *joined*: its units are written one after another without what stood between them, so that
"solid-state battery" and "Solid state battery", or "固态电池" and "固态 电池" (as a PDF may give it), are the same. What
really parts two phrases (a comma, a bracket, a full stop) stays as one mark.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from industag.normalise import Folded, fold

BREAK = "|"
"""The mark in a joined text where a phrase ends."""

_CJK = "\u2e80-\u2fdf\u3005-\u3007\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U000323af"
_WORD = rf"[^\W_{_CJK}]+(?:(?<=\d)\.(?=\d)[^\W_{_CJK}]+)*"
_SOFT = r"\s\u200b\-\u00ad\u2010-\u2015\u2212"
_SINGLE = re.compile(rf"[{_CJK}+]")
_PIECE = re.compile(rf"([{_CJK}+]|{_WORD})|([^\w\s+{_SOFT}]|_)", re.UNICODE)


def kind_of(char: str) -> str:
    """Return what a folded character is: "letter" of a word, "single" unit, "mark" that parts phrases, or "skipped".

    >>> [kind_of(char) for char in "a7发+,- "]
    ['letter', 'letter', 'single', 'single', 'mark', 'skipped', 'skipped']
    """
    piece = _PIECE.fullmatch(char)
    if piece is None:
        return "skipped"
    if piece.group(1) is None:
        return "mark"
    return "single" if _SINGLE.fullmatch(char) else "letter"


@dataclass(frozen=True, slots=True)
class Units:
    """The units of one text.

    Attributes:
        joined: The folded units one after another, a ``BREAK`` where a phrase ends.
        starts: For each unit, where it starts in ``joined``.
        ends: For each unit, where it ends in ``joined``.
        origins: For each unit, where it starts in the original text.
        limits: For each unit, where it ends in the original text.
    """

    joined: str
    starts: list[int]
    ends: list[int]
    origins: list[int]
    limits: list[int]

    def __len__(self) -> int:
        return len(self.starts)


def split_units(text: str) -> Units:
    """Return the units of ``text``.

    >>> split_units("发展AI产业, 5.5G").joined
    '发展ai产业|5.5g'
    >>> units = split_units("Solid-State  Battery")
    >>> units.joined, units.origins, units.limits
    ('solidstatebattery', [0, 6, 13], [5, 11, 20])
    """
    folded = fold(text)
    pieces: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    spans: list[tuple[int, int]] = []
    length = 0
    broken = True  # no mark before the first unit
    for match in _PIECE.finditer(folded.text):
        unit = match.group(1)
        if unit is not None:
            pieces.append(unit)
            starts.append(length)
            length += len(unit)
            ends.append(length)
            spans.append(match.span())
            broken = False
        elif not broken:
            pieces.append(BREAK)
            length += 1
            broken = True
    return Units("".join(pieces), starts, ends, *_in_original(folded, spans))


def unit_strings(text: str) -> list[str]:
    """Return the units of ``text`` and its ``BREAK`` marks, without offsets: fast, for counting.

    >>> unit_strings("发展AI产业, 5.5G")
    ['发', '展', 'ai', '产', '业', '|', '5.5g']
    """
    return [unit or BREAK for unit, _ in _PIECE.findall(fold(text).text)]


def _in_original(folded: Folded, spans: list[tuple[int, int]]) -> tuple[list[int], list[int]]:
    """Return where spans of the folded text start and end in the original."""
    origin = folded.origin
    if origin is None:
        return [start for start, _ in spans], [end for _, end in spans]
    return [origin[start] for start, _ in spans], [origin[end - 1] + 1 for _, end in spans]
