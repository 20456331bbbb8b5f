"""HTML: the text that a reader of the page sees, a blank line between its blocks.

Tags are found in one pass whose cost grows with the page's length whatever is in it, and the same in every version of
Python. Where a page is malformed, browsers set the example: an open comment hides what follows, a paragraph ends where a
block begins.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from typing import NamedTuple

_UNSEEN = frozenset(
    "head title script style noscript template iframe noembed noframes object audio video canvas datalist select textarea "
    "rp rt annotation".split()
)
_RAW = frozenset("script style title textarea iframe noembed noframes noscript xmp".split())
_VOID = frozenset("area base br col embed hr img input link meta param source track wbr".split())
_BLOCKS = frozenset(
    "address article aside blockquote body button caption center dd details dialog dir div dl dt fieldset figcaption figure "
    "footer form h1 h2 h3 h4 h5 h6 header hgroup hr html legend li main menu nav ol p pre search section "
    "summary table tbody td tfoot th thead tr ul".split()
)
_ENDED_BY = {
    "p": _BLOCKS - {"button", "body", "html", "td", "th", "tr"},
    "li": frozenset({"li"}),
    "dt": frozenset({"dt", "dd"}),
    "dd": frozenset({"dt", "dd"}),
    "td": frozenset({"td", "th", "tr", "tbody", "tfoot"}),
    "th": frozenset({"td", "th", "tr", "tbody", "tfoot"}),
    "tr": frozenset({"tr", "tbody", "tfoot"}),
    "head": frozenset({"body"}),
}
"""Elements whose end tag may be left out, and the tags that end them then."""
_DEEPEST = 512
_NAME = re.compile(r"[a-zA-Z][^\s/>]*")
_ATTRIBUTE = re.compile(
    r"""[\s/]*(?:([^\s/>=][^\s/>=]*|=[^\s/>=]*)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s>"'][^\s>]*)|(["'])?))?)?"""
)
_HIDING = re.compile(r"(?:display\s*:\s*none|visibility\s*:\s*hidden)", re.IGNORECASE)
_SPACES = re.compile(r"[ \t\n\f\r]+")
_WIDE = "\u2e80-\u9fff\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe4f\uff00-\uff60"
_BREAK_IN_CHINESE = re.compile(rf"(?<=[{_WIDE}])[ \t]*\n[ \t\n]*(?=[{_WIDE}])")
_CHARSET = re.compile(rb"""<meta[^>]{0,500}?charset\s*=\s*["']?\s*([a-zA-Z0-9_:.-]{1,40})""", re.IGNORECASE)
PROLOGUE = 4096
"""So many bytes at its beginning may name the encoding of a page."""
_ENCODINGS = {
    **dict.fromkeys(("big5", "big5-hkscs", "cn-big5", "x-x-big5"), "big5hkscs"),
    **dict.fromkeys(("iso-8859-1", "latin1", "windows-1252", "us-ascii", "ascii", "cp1252"), "cp1252"),
    **dict.fromkeys(("shift_jis", "sjis", "x-sjis"), "cp932"),
    "euc-jp": "euc_jp",
    "euc-kr": "cp949",
    "windows-1251": "cp1251",
    "koi8-r": "koi8_r",
}
"""The encodings that a page may name besides UTF-8 and GB18030 (which need no naming), and Python's name for them."""


def named_encoding(head: bytes) -> str | None:
    """Return the encoding that a page names at its beginning, if it is one that pages are written in and not tried anyway.

    >>> named_encoding(b'<meta charset="big5">')
    'big5hkscs'
    """
    named = _CHARSET.search(head[:PROLOGUE])
    return _ENCODINGS.get(named.group(1).decode("ascii").lower()) if named else None


def visible_text(html: str) -> str:
    r"""Return the text of a page as a reader sees it.

    >>> visible_text("<h1>Wind&nbsp;farm</h1><p>Off the <b>coast</b>.<script>sun()</script><p hidden>No.")
    'Wind\xa0farm\n\nOff the coast.'
    """
    page = _Page()
    for token in _tokens(html):
        page.take(token)
    return page.text()


class _Token(NamedTuple):
    """A stretch of text, or a tag.

    Attributes:
        kind: "text", "start" or "end".
        value: The text, or the name of the element.
        hides: Whether the element is not shown.
    """

    kind: str
    value: str
    hides: bool = False


def _tokens(html: str) -> Iterator[_Token]:
    """Yield the texts and tags of a page; what never ends (a comment, a quotation in a tag) hides the rest of it."""
    position = 0
    while True:
        opening = html.find("<", position)
        yield _Token("text", html[position:] if opening < 0 else html[position:opening])
        if opening < 0:
            return
        name = _NAME.match(html, opening + 2 if html.startswith("</", opening) else opening + 1)
        if name is not None:
            tag = name.group().lower()
            position, attributes = _attributes(html, name.end())
            if position < 0:
                return
            if html.startswith("</", opening):
                yield _Token("end", tag)
                continue
            yield _Token("start", tag, tag in _UNSEEN or _is_hidden(tag, attributes))
            if tag in _RAW:
                closing = re.compile(rf"</{tag}(?=[\s/>])", re.IGNORECASE).search(html, position)
                if closing is None:
                    return
                position = closing.start()
        elif html.startswith(("<!", "<?", "</"), opening):
            position = _end_of_comment(html, opening)
            if position < 0:
                return
        else:
            yield _Token("text", "<")
            position = opening + 1


def _end_of_comment(html: str, opening: int) -> int:
    """Return where a comment, a declaration or the like ends, or -1."""
    if html.startswith("<!--", opening) and not html.startswith((">", "->"), opening + 4):
        end = html.find("-->", opening + 4)
        return end + 3 if end >= 0 else -1
    end = html.find(">", opening)
    return end + 1 if end >= 0 else -1


def _attributes(html: str, position: int) -> tuple[int, dict[str, str]]:
    """Return where a tag ends (-1 if it does not), and its attributes."""
    found: dict[str, str] = {}
    while True:
        match = _ATTRIBUTE.match(html, position)
        if match is None or match.group(5):
            return -1, found  # a quotation that is never closed
        position = match.end()
        if match.group(1):
            value = next((each for each in match.group(2, 3, 4) if each is not None), "")
            found.setdefault(match.group(1).lower(), value)
        elif html.startswith(">", position):
            return position + 1, found
        else:
            return -1, found


def _is_hidden(tag: str, attributes: dict[str, str]) -> bool:
    """Tell whether an element says that it is not shown."""
    if tag == "dialog" and "open" not in attributes:
        return True
    return "hidden" in attributes or bool(_HIDING.search(unescape(attributes.get("style", ""))))


class _Page:
    """The blocks of a page as its tokens come."""

    def __init__(self) -> None:
        self._open: list[str] = []
        self._hidden_from: int | None = None  # the depth of the outermost element that is not shown
        self._blocks: list[str] = []
        self._lines: list[str] = []
        self._run: list[str] = []

    def take(self, token: _Token) -> None:
        """Add a token."""
        if token.kind == "text":
            if self._hidden_from is None:
                self._run.append(token.value)
        elif token.kind == "start":
            self._start(token)
        else:
            self._end(token.value)

    def text(self) -> str:
        """Return the text so far."""
        self._end_block()
        return "\n\n".join(self._blocks)

    def _start(self, token: _Token) -> None:
        while self._open and token.value in _ENDED_BY.get(self._open[-1], ()):
            self._close()
        if token.value in _BLOCKS:
            self._end_block()
        elif token.value == "br" and self._hidden_from is None:
            self._end_line()
        if token.value not in _VOID and len(self._open) < _DEEPEST:
            self._open.append(token.value)
            if token.hides and self._hidden_from is None:
                self._hidden_from = len(self._open)

    def _end(self, tag: str) -> None:
        """Close the element of an end tag and those in it; an inline element is not closed from within a block."""
        for depth in range(len(self._open), 0, -1):
            if self._open[depth - 1] == tag:
                while len(self._open) >= depth:
                    self._close()
                break
            if tag not in _BLOCKS and self._open[depth - 1] in _BLOCKS:
                break
        if tag in _BLOCKS:
            self._end_block()

    def _close(self) -> None:
        """Close the innermost element."""
        if self._open[-1] in _BLOCKS:
            self._end_block()
        if self._hidden_from == len(self._open):
            self._hidden_from = None
        self._open.pop()

    def _end_line(self) -> None:
        run = unescape("".join(self._run))
        self._run.clear()
        if "pre" in self._open:
            self._lines.extend(line.rstrip() for line in run.split("\n"))
        else:
            self._lines.append(_SPACES.sub(" ", _BREAK_IN_CHINESE.sub("", run)).strip(" "))

    def _end_block(self) -> None:
        if self._run or self._lines:
            self._end_line()
            block = "\n".join(self._lines).strip("\n")
            self._lines.clear()
            if block.strip():
                self._blocks.append(block)
