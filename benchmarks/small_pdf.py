"""PDF files of lines and pictures, written byte for byte: for corpora that are the same everywhere, and for damaged files.

English is set in Helvetica and Chinese in STSong, neither embedded, the latter as a CID font whose characters only its
name explains.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

WIDTH, HEIGHT = 595, 842

_FONTS = (
    b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
    b"<< /Type /Font /Subtype /Type0 /BaseFont /STSong-Light /Encoding /UniGB-UTF16-H /DescendantFonts [5 0 R] >>",
    b"<< /Type /Font /Subtype /CIDFontType0 /BaseFont /STSong-Light /DW 1000 /W [1 95 500] /FontDescriptor 6 0 R "
    b"/CIDSystemInfo << /Registry (Adobe) /Ordering (GB1) /Supplement 2 >> >>",
    b"<< /Type /FontDescriptor /FontName /STSong-Light /Flags 6 /FontBBox [-25 -254 1000 880] /ItalicAngle 0 /Ascent 880 "
    b"/Descent -120 /CapHeight 880 /StemV 93 >>",
)
_PICTURE = b"q 500 0 0 700 50 70 cm BI /W 1 /H 1 /CS /G /BPC 8 ID \x80 EI Q"


class Written(NamedTuple):
    """A line on a page: where it begins, in points from the lower left corner, how large it is, and what it says."""

    x: float
    y: float
    size: float
    text: str


PICTURE = None
"""In place of a line: a picture over most of the page."""


def make_pdf(pages: Sequence[Iterable[Written | None]]) -> bytes:
    """Return a PDF with these pages."""
    contents = [b"\n".join(map(_operators, page)) for page in pages]
    numbers = [7 + 2 * number for number in range(len(contents))]
    kids = " ".join(f"{number} 0 R" for number in numbers)
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {len(numbers)} >>".encode(),
        *_FONTS,
    ]
    for number, content in zip(numbers, contents, strict=True):
        objects.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {WIDTH} {HEIGHT}] /Contents {number + 1} 0 R "
            "/Resources << /Font << /F1 3 0 R /F2 4 0 R >> >> >>".encode()
        )
        objects.append(b"<< /Length %d >>\nstream\n%s\nendstream" % (len(content), content))
    return assemble(objects)


def assemble(objects: Sequence[bytes]) -> bytes:
    """Return a PDF of these objects, numbered from 1; the first is the catalogue."""
    data = bytearray(b"%PDF-1.5\n")
    offsets = []
    for number, content in enumerate(objects, start=1):
        offsets.append(len(data))
        data += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = len(data)
    data += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    data += b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    data += b"trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, table)
    return bytes(data)


def _operators(line: Written | None) -> bytes:
    """Return what draws a line."""
    if line is None:
        return _PICTURE
    if line.text.isascii():
        escaped = line.text.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")
        font, string = 1, f"({escaped})"
    else:
        font, string = 2, f"<{line.text.encode('utf-16-be').hex()}>"
    return f"BT /F{font} {line.size:g} Tf {line.x:g} {line.y:g} Td {string} Tj ET".encode("ascii")
