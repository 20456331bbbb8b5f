"""From bytes to text: UTF-8, GB18030 and UTF-16 with its mark; anything else is refused, never guessed."""

from __future__ import annotations

import codecs
import io
import os
import stat
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import IO

from industag.errors import InputError

MAX_BYTES = 1 << 30
"""What must be whole in memory may be so long."""

_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_MAX_UNLIKELY_SHARE = 0.02
_CONTROLS = frozenset(map(chr, range(32))) - set("\t\n\r\f\v")
_PRIVATE = frozenset(map(chr, range(0xE000, 0xF900)))
_HEAD, _SAMPLE, _PIECE = 4096, 65536, 1 << 18


def read_text(path: Path) -> str:
    """Return the text of a file, line ends as a line feed.

    Raises:
        InputError: The file is missing, too large, binary, or in another encoding.
    """
    check_regular(path)
    try:
        with path.open("rb") as file:
            return whole(read_pieces(file, str(path)), str(path))
    except OSError as error:
        raise InputError(f"{path}: cannot be read: {error.strerror or error}") from error


def whole(pieces: Iterable[str], name: str, most: int = MAX_BYTES) -> str:
    """Return a text that comes in pieces, though its file may grow while it is read.

    Raises:
        InputError: It is longer than ``most`` characters; ``name`` says where it came from.
    """
    kept: list[str] = []
    length = 0
    for piece in pieces:
        kept.append(piece)
        length += len(piece)
        if length > most:
            raise InputError(f"{name}: larger than {most:,} characters; split it")
    return "".join(kept)


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
    """Return bytes as text, line ends as a line feed; see ``read_pieces``.

    >>> decode("中文".encode("gb18030"), "a.txt")
    '中文'
    """
    return "".join(read_pieces(io.BytesIO(data), name, declared))


def read_pieces(file: IO[bytes], name: str, declared: str | None = None) -> Iterator[str]:
    """Yield the text of a file in pieces, line ends as a line feed, so that a long one is never whole in memory.

    The file is read twice: its encoding is what all of it is in.

    Args:
        file: The file; it must be able to go back to its beginning.
        name: Where it comes from, for errors.
        declared: An encoding that the text itself names; it is tried where UTF-8 is out of the question.

    Raises:
        InputError: The file is binary, or in another encoding.
    """
    encoding = _encoding_of(file, name, declared)
    decoder = io.IncrementalNewlineDecoder(codecs.getincrementaldecoder(encoding)(), translate=True)
    file.seek(0)
    try:
        while data := file.read(_PIECE):
            yield decoder.decode(data)
        yield decoder.decode(b"", final=True)
    except UnicodeDecodeError as error:  # it was in this encoding a moment ago
        raise InputError(f"{name}: changed while it was read; run again when nothing writes to it") from error


def _encoding_of(file: IO[bytes], name: str, declared: str | None) -> str:
    """Return the encoding that all of a file is in."""
    head = file.read(_HEAD)
    for mark, encoding in _MARKS:
        if head.startswith(mark):
            wrong = _first_wrong_byte(file, encoding)
            if wrong is not None:
                raise InputError(f"{name}: marked as {encoding}, but byte {wrong} is not; save it as UTF-8")
            _check_sample(file, encoding, name, _CONTROLS)
            return encoding
    if b"\x00" in head:
        raise InputError(f"{name}: looks binary (it holds NUL bytes); give a text file")
    trials = [("utf-8", _CONTROLS), ("gb18030", _CONTROLS | _PRIVATE)]
    if declared:
        trials.insert(1, (declared, _CONTROLS | _PRIVATE))
    for encoding, unlikely in trials:
        if _first_wrong_byte(file, encoding) is None:
            _check_sample(file, encoding, name, unlikely)
            return encoding
    raise InputError(f"{name}: neither UTF-8 nor GB18030; save it as UTF-8")


def _first_wrong_byte(file: IO[bytes], encoding: str) -> int | None:
    """Return where a file stops being in an encoding, about; None if all of it is."""
    decoder = codecs.getincrementaldecoder(encoding)()
    file.seek(0)
    position = 0
    try:
        while data := file.read(_PIECE):
            decoder.decode(data)
            position += len(data)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError as error:
        return position + error.start
    return None


def _check_sample(file: IO[bytes], encoding: str, name: str, unlikely: frozenset[str]) -> None:
    """Refuse a file whose beginning is full of characters that no text has."""
    file.seek(0)
    sample = codecs.getincrementaldecoder(encoding)().decode(file.read(_SAMPLE))
    found = sum(char in unlikely for char in sample)
    if found > _MAX_UNLIKELY_SHARE * len(sample):
        raise InputError(f"{name}: looks binary ({found} control characters at its beginning); give a text file")
