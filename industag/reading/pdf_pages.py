"""PDF pages: the lines of each page with their places, and whether the page is a picture, as PDFium finds them."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Iterator
from ctypes import c_double
from math import hypot
from pathlib import Path
from typing import Any, NamedTuple

from industag.errors import InputError
from industag.extras import load_extra

HYPHEN = "\u2010"
"""What stands in a line for a hyphen that only parts a word at the line's end."""

_PASSWORD = 4
_PDFIUM_HYPHENS = ("\ufffe", "\x02")
_LINE_ENDS = "\r\n"
_LITTLE_TEXT = 100
_NOTE = re.compile(r"[A-Za-z](?=\d{1,3}(?!\w))")
_NOTE_RISE = 0.1
_LARGE_SHARE = 0.4
_LARGEST_GARBLED_SHARE = 0.3


class Line(NamedTuple):
    """A line of text and its box, in points from the lower left corner of the page.

    Attributes:
        text: The line without spaces around it; it may end in ``HYPHEN``.
        left: Where its first character begins.
        right: Where its last character ends.
        baseline: The height at which its characters stand.
        size: The size of its font.
    """

    text: str
    left: float
    right: float
    baseline: float
    size: float


class Page(NamedTuple):
    """A page.

    Attributes:
        lines: Its lines in reading order.
        height: Its height in points.
        is_picture: Whether it is a scan: a picture over much of the page, little or no text on it.
        is_garbled: Whether its text cannot be read, for want of a table from its font to characters.
    """

    lines: list[Line]
    height: float
    is_picture: bool
    is_garbled: bool = False


def read_pages(path: Path) -> Iterator[Page]:
    """Yield the pages of a PDF file.

    Raises:
        InputError: It is none, is damaged, or is protected by a password.
    """
    pdfium = load_extra("pypdfium2", f"{path}: needs", InputError)
    try:
        with pdfium.PdfDocument(path) as document:
            for number in range(len(document)):
                yield _read_page(pdfium, document, number)
    except pdfium.PdfiumError as error:
        if getattr(error, "err_code", None) == _PASSWORD:
            raise InputError(f"{path}: is protected by a password; save a copy without one") from error
        raise InputError(f"{path}: is no PDF, or a damaged one; open it and save it anew") from error


def _read_page(pdfium: Any, document: Any, number: int) -> Page:  # noqa: ANN401 - pypdfium2 has no types
    page = document[number]
    textpage = page.get_textpage()
    try:
        text = _PageText(pdfium.raw, page, textpage)
        lines = list(_whole(text.lines()))
        is_picture = sum(len(line.text) for line in lines) < _LITTLE_TEXT and _is_picture(pdfium, page)
        return Page(lines, page.get_height(), is_picture, _is_garbled(text.chars))
    finally:
        textpage.close()
        page.close()


class _Glyph(NamedTuple):
    """Where a character stands on the page as it is shown, and how large its font is."""

    left: float
    right: float
    baseline: float
    size: float


class _PageText:
    """The characters of a page and their places.

    Attributes:
        chars: The characters, one for each of PDFium's.
    """

    def __init__(self, raw: Any, page: Any, textpage: Any) -> None:  # noqa: ANN401
        self._raw = raw
        self._textpage = textpage
        self._bounds = page.get_bbox()
        self._rotation = page.get_rotation()
        self.chars = self._all_chars()

    def _all_chars(self) -> str:
        count = self._textpage.count_chars()
        text = str(self._textpage.get_text_range())
        if len(text) != count:  # what PDFium takes for no character is left out here, and the places would not fit
            codes = (self._raw.FPDFText_GetUnicode(self._textpage, number) for number in range(count))
            text = "".join(chr(code) if code <= sys.maxunicode else "\ufffd" for code in codes)
        return text

    def lines(self) -> Iterator[Line]:
        """Yield the lines; PDFium parts them by line ends, and by a mark of its own where a hyphen stands."""
        start = 0
        for number, char in enumerate(self.chars + "\n"):
            if char in _PDFIUM_HYPHENS or char in _LINE_ENDS:
                line = self._line(start, number)
                if line is not None:
                    yield line._replace(text=line.text + HYPHEN) if char in _PDFIUM_HYPHENS else line
                start = number + 1

    def _line(self, start: int, end: int) -> Line | None:
        """Return a line without the spaces around it, or None if nothing is left."""
        while start < end and self.chars[start].isspace():
            start += 1
        while end > start and self.chars[end - 1].isspace():
            end -= 1
        if start == end:
            return None
        first, last = self._glyph(start), self._glyph(end - 1)
        words = self._with_notes_apart(start, end)
        words = words.encode("utf-16", "surrogatepass").decode("utf-16", "replace")  # halves of a character become one
        return Line(words, first.left, last.right, first.baseline, max(first.size, last.size))

    def _with_notes_apart(self, start: int, end: int) -> str:
        """Return a line with a space before each raised number at the end of a word, which would make it another word."""
        pieces: list[str] = []
        for match in _NOTE.finditer(self.chars, start, end):
            word, number = self._glyph(match.start()), self._glyph(match.start() + 1)
            if number.baseline > word.baseline + _NOTE_RISE * word.size and number.size < word.size:
                pieces.append(self.chars[start : match.start() + 1])
                start = match.start() + 1
        return " ".join([*pieces, self.chars[start:end]])

    def _glyph(self, number: int) -> _Glyph:
        """Return the place of a character; its own box would tell more of its shape than of its line."""
        box, matrix, x, y = self._raw.FS_RECTF(), self._raw.FS_MATRIX(), c_double(), c_double()
        self._raw.FPDFText_GetLooseCharBox(self._textpage, number, box)
        self._raw.FPDFText_GetCharOrigin(self._textpage, number, x, y)
        self._raw.FPDFText_GetMatrix(self._textpage, number, matrix)
        size = self._raw.FPDFText_GetFontSize(self._textpage, number) * hypot(matrix.c, matrix.d)
        left, bottom, right, top = self._bounds
        if self._rotation == 90:
            return _Glyph(box.bottom - bottom, box.top - bottom, right - x.value, size)
        if self._rotation == 180:
            return _Glyph(right - box.right, right - box.left, top - y.value, size)
        if self._rotation == 270:
            return _Glyph(top - box.top, top - box.bottom, x.value - left, size)
        return _Glyph(box.left - left, box.right - left, y.value - bottom, size)


def _whole(lines: Iterable[Line]) -> Iterator[Line]:
    """Yield lines, in one piece those that a raised or lowered character has parted."""
    last: Line | None = None
    for line in lines:
        if last is not None and _is_beside(last, line):
            between = " " if line.left - last.right > 0.2 * last.size else ""
            size = max(last.size, line.size)
            last = Line(last.text + between + line.text, last.left, line.right, min(last.baseline, line.baseline), size)
            continue
        if last is not None:
            yield last
        last = line
    if last is not None:
        yield last


def _is_beside(last: Line, line: Line) -> bool:
    """Tell whether a line goes on right where the last one ends, at about the same height."""
    size = max(last.size, line.size)
    return abs(line.left - last.right) < size and abs(line.baseline - last.baseline) < 0.6 * size and last.text[-1] != HYPHEN


def _is_picture(pdfium: Any, page: Any) -> bool:  # noqa: ANN401
    """Tell whether pictures cover much of a page."""
    area = 0.0
    for picture in page.get_objects(filter=[pdfium.raw.FPDF_PAGEOBJ_IMAGE], max_depth=3):
        left, bottom, right, top = picture.get_bounds()
        area += (right - left) * (top - bottom)
    return bool(area > _LARGE_SHARE * page.get_width() * page.get_height())


def _is_garbled(text: str) -> bool:
    """Tell whether much of a text is no characters: unassigned, private or control ones."""
    shown = [char for char in text if not char.isspace()]
    wrong = sum(not char.isprintable() and char not in _PDFIUM_HYPHENS for char in shown)
    return wrong > _LARGEST_GARBLED_SHARE * len(shown)
