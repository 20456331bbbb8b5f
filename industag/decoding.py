"""From bytes to text: UTF-8, GB18030 and UTF-16 with its mark; anything else is refused, never guessed."""

from __future__ import annotations

import codecs
import os
import stat
from pathlib import Path
from typing import Protocol

from industag.errors import InputError

MAX_BYTES = 1 << 30
_PIECE = 1 << 20

_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_MAX_UNLIKELY_SHARE = 0.02
_CONTROLS = frozenset(map(chr, range(32))) - set("\t\n\r\f\v")
_PRIVATE = frozenset(map(chr, range(0xE000, 0xF900)))


class Readable(Protocol):
    """What bytes can be read from, a piece at a time."""

    def read(self, size: int, /) -> bytes:
        """Return the next bytes, at most ``size`` of them; none at the end."""


def read_text(path: Path) -> str:
    """Return the text of a file, line ends as a line feed.

    Raises:
        InputError: The file is missing, too large, binary, or in another encoding.
    """
    check_regular(path)
    try:
        with path.open("rb") as file:
            return decode(read_all(file, str(path)), str(path))
    except OSError as error:
        raise InputError(f"{path}: cannot be read: {error.strerror or error}") from error


def read_all(file: Readable, name: str, most: int = MAX_BYTES) -> bytes:
    """Return all that is in a file, though it may grow while it is read.

    Raises:
        InputError: It holds more than ``most`` bytes.
    """
    data = bytearray()
    while piece := file.read(_PIECE):
        data += piece
        if len(data) > most:
            raise InputError(f"{name}: larger than {most:,} bytes; split it")
    return bytes(data)


def check_regular(path: Path) -> None:
    """Make sure that a path is a file, which can be opened without waiting for anyone.

    Raises:
        InputError: It is missing, or a folder, pipe or device.
    """
    try:
        if path.is_dir():
            os.scandir(path).close()  # one that may not be opened says so
            raise InputError(f"{path}: cannot be read: Is a directory")
        if not stat.S_ISREG(path.stat().st_mode):
            raise InputError(f"{path}: is no regular file")
        path.open("rb").close()
    except (OSError, ValueError) as error:
        raise InputError(f"{path}: cannot be read: {getattr(error, 'strerror', None) or error}") from error


def decode(data: bytes, name: str, declared: str | None = None) -> str:
    """Return bytes as text, line ends as a line feed.

    Args:
        data: The bytes.
        name: Where they came from, for errors.
        declared: An encoding that the text itself names; it is tried where UTF-8 is out of the question.

    >>> decode("中文".encode("gb18030"), "a.txt")
    '中文'
    """
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return _checked(_decode_as(data, encoding, name), name, _CONTROLS)
    if b"\x00" in data[:4096]:
        raise InputError(f"{name}: looks binary (it holds NUL bytes); give a text file")
    trials = [("utf-8", _CONTROLS), ("gb18030", _CONTROLS | _PRIVATE)]
    if declared:
        trials.insert(1, (declared, _CONTROLS | _PRIVATE))
    for encoding, unlikely in trials:
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
