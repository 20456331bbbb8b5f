"""Gzip: a packed text is unpacked no further than texts are ever packed."""

from __future__ import annotations

import gzip
import zlib
from pathlib import Path

from industag.errors import InputError

_UNSUSPECTED = 16 << 20
_HIGHEST_RATIO = 250
"""Text is rarely packed to less than a twentieth; a file that says nothing at all reaches a thousandth."""


class Unpacked(gzip.GzipFile):
    """The text in a gzip file, to be read in pieces of moderate size: only after each is it measured."""

    def __init__(self, path: Path) -> None:
        super().__init__(path, "rb")
        self._place = str(path)
        self._most = max(_UNSUSPECTED, _HIGHEST_RATIO * path.stat().st_size)

    def read(self, size: int | None = -1) -> bytes:
        """Return the next bytes.

        Raises:
            InputError: The file is damaged, or unpacks to more than a text could.
        """
        try:
            data = super().read(size)
        except (gzip.BadGzipFile, EOFError, zlib.error) as error:
            raise InputError(f"{self._place}: is no whole gzip file: {error}") from error
        if self.tell() > self._most:
            raise InputError(
                f"{self._place}: unpacks to more than {self._most:,} bytes, too much for a text; unpack it first"
            )
        return data
