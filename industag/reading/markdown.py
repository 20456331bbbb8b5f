"""What of a Markdown text a reader sees: addresses, code, comments and front matter are blanked out, every offset kept."""

from __future__ import annotations

import re

_UNSEEN = re.compile(
    r"\A---\n.*?\n---(?=\n|\Z)"  # front matter
    r"|^(?P<fence>```+|~~~+).*?(?:^(?P=fence)[ \t]*$|\Z)"  # a block of code
    r"|<!--.*?(?:-->|\Z)"
    r"|(?<=\])\([^()\s]*(?:\s+\"[^\"\n]*\")?\)"  # where a link or an image leads
    r"|^[ \t]{0,3}\|?(?:[ \t]*:?-+:?[ \t]*\|)+[ \t:-]*$"  # the line under the head of a table
    r"|`[^`\n]+`"
    r"|https?://[^\s<>()]+",
    re.DOTALL | re.MULTILINE,
)
_NOT_A_LINE_END = re.compile(r"[^\n]")


def blank_unseen(text: str) -> str:
    r"""Return the text with spaces in place of what a reader does not see.

    >>> blank_unseen("See [wind](solar/cell.html) <!-- hydrogen -->")
    'See [wind]                                   '
    """
    return _UNSEEN.sub(lambda match: _NOT_A_LINE_END.sub(" ", match.group()), text)
