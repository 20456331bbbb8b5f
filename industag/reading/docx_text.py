"""DOCX: the text that a reader of the document sees, a blank line between paragraphs and cells.

The body comes first, then footnotes and endnotes. Text boxes, content controls and insertions under review are in it;
deletions under review, hidden text and field codes are not; nor are headers and footers, which repeat.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from xml.parsers import expat

from industag.errors import InputError
from industag.reading.office_zip import open_office, read_xml

_PARTS = re.compile(r"word/(document\d*|footnotes\d*|endnotes\d*)\.xml")
_WORD = ("http://schemas.openxmlformats.org/wordprocessingml/2006/main", "http://purl.oclc.org/ooxml/wordprocessingml/main")
_MATHS = ("http://schemas.openxmlformats.org/officeDocument/2006/math", "http://purl.oclc.org/ooxml/officeDocument/math")
_COMPATIBILITY = "http://schemas.openxmlformats.org/markup-compatibility/2006"
_WITHIN = {**dict.fromkeys(_WORD, "w"), **dict.fromkeys(_MATHS, "m"), _COMPATIBILITY: "mc"}

_UNSEEN = frozenset({"w:del", "w:moveFrom", "w:rt", "mc:Fallback"})
_TEXTS = frozenset({"w:t", "m:t"})
_CHARS = {"w:tab": "\t", "w:ptab": "\t", "w:br": "\n", "w:cr": "\n", "w:noBreakHyphen": "-"}
_OFF = frozenset({"0", "false", "off"})


def docx_text(path: Path) -> str:
    """Return the text of a DOCX file.

    Raises:
        InputError: It is none, is damaged, or holds what no office program writes.
    """
    paragraphs: list[str] = []
    with open_office(path) as archive:
        parts = sorted((name for name in archive.namelist() if _PARTS.fullmatch(name)), key=lambda name: (name[5], name))
        if not parts:
            raise InputError(f"{path}: holds no Word document; is it of another kind?")
        for name in parts:
            story = _Story(path, name)
            for piece in read_xml(path, archive, name):
                story.feed(piece)
            paragraphs.extend(story.close())
    return "\n\n".join(paragraphs)


class _Story:
    """The paragraphs of one part as its XML comes."""

    def __init__(self, path: Path, part: str) -> None:
        self._place = f"{path}: {part}"
        self._done: list[str] = []
        self._open: list[list[str]] = []  # paragraphs, one within another where there are text boxes
        self._unseen = 0  # how deep in something that is not seen
        self._takes_text = self._is_hidden = False
        self._parser = expat.ParserCreate(namespace_separator=" ")
        self._parser.buffer_text = True
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = self._text
        self._parser.StartDoctypeDeclHandler = self._refuse

    def feed(self, piece: bytes) -> None:
        """Add a piece of XML."""
        try:
            self._parser.Parse(piece, False)
        except expat.ExpatError as error:
            raise InputError(f"{self._place} is no whole XML: {error}; open the file and save it anew") from error

    def close(self) -> list[str]:
        """Return the paragraphs."""
        try:
            self._parser.Parse(b"", True)
        except expat.ExpatError as error:
            raise InputError(f"{self._place} is no whole XML: {error}; open the file and save it anew") from error
        return self._done

    def _refuse(self, *_: object) -> None:
        raise InputError(f"{self._place} declares a document type, which no office program writes; not read")

    def _start(self, name: str, attributes: Mapping[str, str]) -> None:
        tag = _short(name)
        if self._unseen or tag in _UNSEEN:
            self._unseen += 1
        elif tag == "w:p":
            self._open.append([])
        elif tag == "w:r":
            self._is_hidden = False
        elif tag == "w:vanish":
            values = [value for key, value in attributes.items() if key.endswith(" val")]
            self._is_hidden = not values or values[0] not in _OFF
        elif tag in _TEXTS:
            self._takes_text = not self._is_hidden
        elif tag in _CHARS and self._open and not self._is_hidden:
            self._open[-1].append(_CHARS[tag])

    def _end(self, name: str) -> None:
        tag = _short(name)
        if self._unseen:
            self._unseen -= 1
        elif tag in _TEXTS:
            self._takes_text = False
        elif tag == "w:p":
            paragraph = "".join(self._open.pop()).strip()
            if paragraph:
                self._done.append(paragraph)

    def _text(self, text: str) -> None:
        if self._takes_text and self._open and not self._unseen:
            self._open[-1].append(text)


def _short(name: str) -> str:
    """Return an element's name with a short prefix in place of its namespace; other namespaces are of no interest."""
    space, _, local = name.rpartition(" ")
    return f"{_WITHIN.get(space, '?')}:{local}"
