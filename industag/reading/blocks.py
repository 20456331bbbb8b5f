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
    line_break = text.rfind("\n", 0, size)
    blank = max(_last_blank_line(text, line_break), text.rfind("\f", 0, size)) + 1
    return blank or line_break + 1 or _last_boundary_in_line(text, size)


def _last_blank_line(text: str, line_break: int) -> int:
    """Return where the last blank line of a text ends, given its last line break, or -1."""
    while line_break > 0:
        before = text.rfind("\n", 0, line_break)
        if before < 0:
            return -1
        if before + 1 == line_break or (text[before + 1].isspace() and text[before + 1 : line_break].isspace()):
            return line_break
        line_break = before
    return -1


def _last_boundary_in_line(text: str, size: int) -> int:
    """Return where a block without a line break ends best; it is looked for from its end on, further and further."""
    for boundary in _BOUNDARIES:
        back = _NEAR
        while True:
            begin, end = max(0, size - back), 0
            for found in boundary.finditer(text, begin, size):
                end = found.end()
            if end:
                return end
            if not begin:
                break
            back *= 4
    return size


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
