"""Office files are zip archives of XML: what is in them is measured before and while it is unpacked.

A zip file of some kilobytes can claim to hold, or really hold, more than the memory does; and XML with a document type
can name entities that grow without end. No office program writes either.
"""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from industag.errors import InputError

MOST_BYTES = 1 << 30
"""The most that all members together may hold."""
_MOST_MEMBERS = 20_000
_UNSUSPECTED = 16 << 20
_HIGHEST_RATIO = 250
_PIECE = 1 << 18
_OLD_OFFICE = b"\xd0\xcf\x11\xe0"
_DOCTYPES = tuple("<!DOCTYPE".encode(encoding) for encoding in ("utf-8", "utf-16-le", "utf-16-be"))


@contextmanager
def open_office(path: Path, most: int = MOST_BYTES) -> Iterator[zipfile.ZipFile]:
    """Give the archive of an office file whose directory claims nothing out of the ordinary.

    Raises:
        InputError: It is no archive, is damaged, or claims too much.
    """
    try:
        with path.open("rb") as file:
            if file.read(4) == _OLD_OFFICE:
                raise InputError(f"{path}: is protected by a password, or of an old format; save it anew without either")
            with zipfile.ZipFile(file) as archive:
                _check_directory(path, archive, most)
                yield archive
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError, UnicodeError) as error:
        raise InputError(f"{path}: is no whole office file: {error}; open it and save it anew") from error


def _check_directory(path: Path, archive: zipfile.ZipFile, most: int) -> None:
    """Refuse an archive by what its directory says."""
    members = archive.infolist()
    total = sum(member.file_size for member in members)
    if len(members) > _MOST_MEMBERS or total > most:
        raise InputError(f"{path}: holds {len(members):,} parts of {total:,} bytes in all, too much for an office file")
    for member in members:
        if member.file_size > max(_UNSUSPECTED, _HIGHEST_RATIO * member.compress_size):
            raise InputError(
                f"{path}: {member.filename} is packed too tightly for an office file ({member.file_size:,} bytes)"
            )


def read_xml(path: Path, archive: zipfile.ZipFile, name: str) -> Iterator[bytes]:
    """Yield a part of XML in pieces; no more than the directory promised is ever unpacked.

    Raises:
        InputError: It has a document type.
    """
    longest = max(map(len, _DOCTYPES))
    tail = b""
    with archive.open(name) as member:
        while piece := member.read(_PIECE):
            if any(doctype in tail + piece for doctype in _DOCTYPES):
                raise InputError(f"{path}: {name} declares a document type, which no office program writes; not read")
            tail = piece[-longest:]
            yield piece


def check_office(path: Path) -> None:
    """Unpack all XML of an office file once, so that a library may open it.

    Raises:
        InputError: It is damaged, or holds what no office program writes.
    """
    with open_office(path) as archive:
        for name in archive.namelist():
            if name.lower().endswith((".xml", ".rels")):
                for _ in read_xml(path, archive, name):
                    pass
