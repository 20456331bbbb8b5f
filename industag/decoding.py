"""From bytes to text: UTF-8, GB18030 and UTF-16 with its mark; anything else is refused, never guessed."""

from __future__ import annotations

import codecs
from pathlib import Path

from industag.errors import InputError

MAX_BYTES = 1 << 30

_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_MAX_UNLIKELY_SHARE = 0.02
_CONTROLS = frozenset(map(chr, range(32))) - set("\t\n\r\f\v")
_PRIVATE = frozenset(map(chr, range(0xE000, 0xF900)))


def read_text(path: Path) -> str:
    """Return the text of a file, line ends as a line feed.

    Raises:
        InputError: The file is missing, too large, binary, or in another encoding.
    """
    try:
        if path.stat().st_size > MAX_BYTES:
            raise InputError(f"{path}: larger than {MAX_BYTES >> 30} GB; split it")
        return decode(path.read_bytes(), str(path))
    except OSError as error:
        raise InputError(f"{path}: cannot be read: {error.strerror or error}") from error


def decode(data: bytes, name: str) -> str:
    """Return bytes as text, line ends as a line feed; ``name`` says in errors where they came from.

    >>> decode("中文".encode("gb18030"), "a.txt")
    '中文'
    """
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return _checked(_decode_as(data, encoding, name), name, _CONTROLS)
    if b"\x00" in data[:4096]:
        raise InputError(f"{name}: looks binary (it holds NUL bytes); give a text file")
    for encoding, unlikely in (("utf-8", _CONTROLS), ("gb18030", _CONTROLS | _PRIVATE)):
        try:
            return _checked(data.decode(encoding), name, unlikely)
        except UnicodeDecodeError:
            continue
    raise InputError(f"{name}: neither UTF-8 nor GB18030; save it as UTF-8")


def _decode_as(data: bytes, encoding: str, name: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        raise InputError(f"{name}: marked as {encoding}, but byte {error.start} is not; save it as UTF-8") from error


def _checked(text: str, name: str, unlikely: frozenset[str]) -> str:
    """Return the text with its line ends made one; refuse what is full of characters that no text has."""
    sample = text[:65536]
    found = sum(char in unlikely for char in sample)
    if found > _MAX_UNLIKELY_SHARE * len(sample):
        raise InputError(f"{name}: looks binary ({found} control characters at its beginning); give a text file")
    return text.replace("\r\n", "\n").replace("\r", "\n")
