"""Folding: text brought to one form for matching, with a way back to the text as it was given.

Full width becomes half width, traditional characters become simplified, capitals become small, accents go.
Nearly every character folds to exactly one character, so offsets are usually the same before and after.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

SOFT = "\u200b"
"""What a zero width space, a soft hyphen or an accent folds to: no part of a word, and it does not part two words."""

SILENT_CATEGORIES = frozenset({"Mn", "Me", "Cf"})
"""The Unicode categories of what folds to ``SOFT``: accents and invisible characters."""


@dataclass(frozen=True, slots=True)
class Folded:
    """A folded text.

    Attributes:
        text: The folded text.
        origin: For each character of ``text`` the index of the character it came from in the original text, and
            one more entry, the original's length. None where every index is its own origin.
    """

    text: str
    origin: Sequence[int] | None = None


def fold(text: str) -> Folded:
    """Return ``text`` in the form in which it is matched.

    >>> fold("ＡＩ與機器人").text
    'ai与机器人'
    >>> fold("½ watt").origin
    [0, 0, 0, 1, 2, 3, 4, 5, 6]
    """
    folded = text.translate(_FOLDED_LOWER)
    if len(folded) == len(text):
        return Folded(folded)
    origin = [i for i, char in enumerate(text) for _ in _FOLDED_LOWER[ord(char)]]
    return Folded(folded, [*origin, len(text)])


def fold_keeping_case(text: str) -> str:
    """Return ``text`` folded, but with its capitals.

    >>> fold_keeping_case("ＡＩ機器")
    'AI机器'
    """
    return text.translate(_FOLDED_CASED)


def _read_traditional() -> dict[str, str]:
    """Return the simplified character for each traditional one."""
    table = Path(__file__).with_name("traditional.txt").read_text(encoding="utf-8")
    lines = [line for line in table.splitlines() if not line.startswith("#")]
    return {pair[0]: pair[1] for line in lines for pair in line.split()}


SIMPLIFIED = _read_traditional()
"""The simplified character for each traditional one."""


def fold_character(char: str, *, lower: bool) -> str:
    """Return what one character folds to, in small letters or with its case kept; never an empty string."""
    if unicodedata.category(char) in SILENT_CATEGORIES:
        return SOFT
    compatible = unicodedata.normalize("NFKC", char)
    folded = "".join(SIMPLIFIED.get(c, _without_accent(c)) for c in compatible) or SOFT
    return "".join(_without_accent(c) for c in folded.lower()) if lower else folded


def _without_accent(char: str) -> str:
    """Return the base letter of an accented letter of an alphabet; any other character as it is."""
    base, *marks = list(unicodedata.normalize("NFD", char))
    if all(unicodedata.category(mark) == "Mn" for mark in marks) and base < "\u2e80":
        return SOFT if unicodedata.category(base) in SILENT_CATEGORIES else base
    return char


class _Fold(dict[int, str]):
    """A table for ``str.translate`` that is filled as characters are met."""

    def __init__(self, *, lower: bool) -> None:
        super().__init__()
        self._lower = lower

    def __missing__(self, code: int) -> str:
        self[code] = fold_character(chr(code), lower=self._lower)
        return self[code]


_FOLDED_LOWER = _Fold(lower=True)
_FOLDED_CASED = _Fold(lower=False)
