"""PDF pages: the lines of each page with their places, and whether the page is a picture, as PDFium finds them."""

from __future__ import annotations

from collections.abc import Iterator
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
_LARGE_SHARE = 0.4
_LARGEST_GARBLED_SHARE = 0.3


class Line(NamedTuple):
    """A line of text and its box, in points from the lower left corner of the page.

    Attributes:
        text: The line without spaces around it; it may end in ``HYPHEN``.
        left: Where its first character begins.
        right: Where its last character ends.
        bottom: Its lower edge.
        size: The height of its characters.
    """

    text: str
    left: float
    right: float
    bottom: float
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
    pdfium = load_extra(path, "pypdfium2", "pdf")
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
        text = _text(pdfium.raw, textpage)
        lines = list(_lines(pdfium.raw, textpage, text))
        is_picture = sum(len(line.text) for line in lines) < _LITTLE_TEXT and _is_picture(pdfium, page)
        return Page(lines, page.get_height(), is_picture, _is_garbled(text))
    finally:
        textpage.close()
        page.close()


def _text(raw: Any, textpage: Any) -> str:  # noqa: ANN401
    """Return the characters of a page, one for each of PDFium's."""
    text = str(textpage.get_text_range())
    if len(text) != textpage.count_chars():  # it leaves out what it takes for no character, and the places would not fit
        codes = (raw.FPDFText_GetUnicode(textpage, number) for number in range(textpage.count_chars()))
        text = "".join(chr(code) if code <= 0x10FFFF else "\ufffd" for code in codes)
    return text


def _lines(raw: Any, textpage: Any, text: str) -> Iterator[Line]:  # noqa: ANN401
    """Yield the lines of a page; PDFium parts them by line ends, and by a mark of its own where a hyphen stands."""
    start = 0
    for number, char in enumerate(text + "\n"):
        if char in _PDFIUM_HYPHENS or char in _LINE_ENDS:
            line = _line(raw, textpage, text, (start, number))
            if line is not None:
                yield line._replace(text=line.text + HYPHEN) if char in _PDFIUM_HYPHENS else line
            start = number + 1


def _line(raw: Any, textpage: Any, text: str, span: tuple[int, int]) -> Line | None:  # noqa: ANN401
    """Return a line without the spaces around it, or None if nothing is left."""
    start, end = span
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    if start == end:
        return None
    first, last = _box(raw, textpage, start), _box(raw, textpage, end - 1)
    words = text[start:end].encode("utf-16", "surrogatepass").decode("utf-16", "replace")  # halves of a character become one
    return Line(words, first[0], last[1], first[2], max(first[3] - first[2], last[3] - last[2]))


def _box(raw: Any, textpage: Any, number: int) -> tuple[float, float, float, float]:  # noqa: ANN401
    """Return left, right, bottom and top of a character, as high as its font is."""
    box = raw.FS_RECTF()
    raw.FPDFText_GetLooseCharBox(textpage, number, box)
    return box.left, box.right, box.bottom, box.top


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
