"""Long texts in parts that fit into memory: blocks that end where sentences end, and lines."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from industag.errors import InputError

BLOCK = 1 << 18
"""A text longer than this many characters is tagged in blocks of at most so many."""
LONGEST_LINE = 1 << 26
_NEAR = 1 << 10

_BOUNDARIES = tuple(map(re.compile, (r"[。！？｡]|[.!?](?=\s)", r"\s")))
"""Where a block of one line may end, the best first: at a sentence, a space."""
_BEFORE_BLANK_LINE = re.compile(r"\n(?=[^\S\n]*\n)")


def text_blocks(pieces: Iterable[str], size: int = BLOCK) -> Iterator[str]:
    r"""Yield a text, which comes in pieces of any size, in blocks of at most ``size`` characters; at least one.

    A block ends at the last blank line in it, or else at the last line break, or else at the last sentence.

    >>> list(text_blocks(["One.\n\nTwo. Th", "ree. Four."], 12))
    ['One.\n\n', 'Two. Three.', ' Four.']
    """
    rest, count = "", 0
    for piece in pieces:
        rest += piece
        while len(rest) > size:
            end = _last_boundary(rest, size)
            yield rest[:end]
            rest, count = rest[end:], count + 1
    if rest or not count:
        yield rest


def _last_boundary(text: str, size: int) -> int:
    """Return where the block at the beginning of a text ends best: at a blank line, or a line break, or in a line."""
    before = _last_end(_BEFORE_BLANK_LINE, text, size)
    blank = max(text.index("\n", before) if before else -1, text.rfind("\f", 0, size)) + 1
    return blank or text.rfind("\n", 0, size) + 1 or _last_boundary_in_line(text, size)


def _last_boundary_in_line(text: str, size: int) -> int:
    """Return where a block without a line break ends best."""
    return next(filter(None, (_last_end(boundary, text, size) for boundary in _BOUNDARIES)), size)


def _last_end(pattern: re.Pattern[str], text: str, size: int) -> int:
    """Return where the last match within the first ``size`` characters ends, or 0.

    It is looked for from their end on, further and further.
    """
    back = _NEAR
    while True:
        begin, end = max(0, size - back), 0
        for found in pattern.finditer(text, begin, size):
            end = found.end()
        if end or not begin:
            return end
        back *= 4


def text_lines(pieces: Iterable[str], name: str) -> Iterator[str]:
    r"""Yield the lines of a text that comes in pieces, each with its line feed.

    Raises:
        InputError: A line is longer than any text; ``name`` says where it came from.

    >>> list(text_lines(["a\nb", "c\n", "d"], "a.txt"))
    ['a\n', 'bc\n', 'd']
    """
    rest, number = "", 0
    for piece in pieces:
        if len(rest) + len(piece) > LONGEST_LINE and "\n" not in piece:
            raise InputError(f"{name}:{number + 1}: a line of more than {LONGEST_LINE:,} characters; split it")
        *lines, rest = (rest + piece).split("\n")
        number += len(lines)
        for line in lines:
            yield line + "\n"
    if rest:
        yield rest
