"""Finding: the files that paths, folders and patterns stand for, in an order that does not change."""

from __future__ import annotations

import atexit
import hashlib
import sys
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from industag.errors import InputError
from industag.reading.decoding import check_regular
from industag.reading.documents import DEFAULTS, Failure, ReadOptions, shown_name
from industag.reading.formats import KNOWN, format_of, refusal

STDIN = "-"
_MAGIC = frozenset("*?[")
_PIECE = 1 << 20


@dataclass(frozen=True, slots=True)
class Source:
    """A file to read, or standard input, as it was when it was found.

    Attributes:
        name: The file's path as given, shown as rows show it, or "-".
        kind: What it is: one of ``FORMATS`` or ``BINARY_FORMATS``.
        size: Its size in bytes.
        state: What changes when its content does: when it was last written, or what it held where it is standard input.
        path: Where it can be read.
    """

    name: str
    kind: str
    size: int
    state: str
    path: Path

    def has_changed(self) -> bool:
        """Tell whether the file was written to, or is gone, since it was found."""
        try:
            found = self.path.stat()
        except OSError:
            return True
        return self.name != STDIN and (found.st_size, str(found.st_mtime_ns)) != (self.size, self.state)


def find_sources(paths: Iterable[str], options: ReadOptions = DEFAULTS) -> Iterator[Source | Failure]:
    """Yield the files that paths, folders and patterns lead to, in order, without reading them, and what is none to read."""
    for path in paths:
        if path == STDIN:
            yield _standard_input(options.stdin_format)
        else:
            yield from _sources_of(path, options.skip)


def _sources_of(path: str, skip: Path | None) -> Iterator[Source | Failure]:
    """Yield the files that a path stands for: itself, those in a folder, or those that match a pattern."""
    name = shown_name(Path(path))
    try:
        if is_pattern(path):
            files, nothing = files_matching(path), "matches no file"
        elif Path(path).is_dir():
            files, nothing = files_in(Path(path)), f"holds no file that can be read; known are {KNOWN}"
        else:
            yield _source(Path(path))
            return
    except (OSError, ValueError) as error:
        yield Failure(name, f"{name}: cannot be looked up: {error}")
        return
    files = [file for file in files if not _is_same(file, skip)]
    yield from map(_source, files)
    if not files:
        yield Failure(name, f"{name}: {nothing}")


def _source(path: Path) -> Source | Failure:
    """Return a file as it is now, or why it is none that can be read."""
    name, kind = shown_name(path), format_of(path)
    try:
        check_regular(path)
        found = path.stat()
    except InputError as error:
        return Failure(name, str(error).replace(str(path), name))
    except OSError as error:
        return Failure(name, f"{name}: cannot be read: {error.strerror or error}")
    if kind is None:
        return Failure(name, f"{name}: {refusal(path)}")
    return Source(name, kind, found.st_size, str(found.st_mtime_ns), path)


def _standard_input(kind: str) -> Source:
    """Copy standard input to a temporary file, so that it can be read twice, and in parts, like any other."""
    digest = hashlib.sha256()
    with tempfile.NamedTemporaryFile(prefix="industag-", delete=False) as copy:
        path = Path(copy.name)
        atexit.register(path.unlink, missing_ok=True)
        while data := sys.stdin.buffer.read(_PIECE):
            digest.update(data)
            copy.write(data)
    return Source(STDIN, kind, path.stat().st_size, digest.hexdigest(), path)


def files_in(folder: Path) -> list[Path]:
    """Return the readable files in a folder and the folders in it, by name; hidden ones and links are passed over.

    A folder in it that may not be opened is among them, so that it is missed by whoever tries to read it.
    """
    return sorted(path for path in _walk(folder) if format_of(path) or path.is_dir())


def others_in(folder: Path) -> list[Path]:
    """Return the files in a folder that are of no readable kind."""
    return sorted(path for path in _walk(folder) if not format_of(path) and path.is_file())


def is_pattern(path: str) -> bool:
    """Tell whether a path is a pattern such as ``reports/**/*.pdf`` rather than the name of something that exists."""
    return bool(_MAGIC.intersection(path)) and not Path(path).exists()


def files_matching(pattern: str) -> list[Path]:
    """Return the files that match a pattern, by name; hidden ones and links are passed over.

    Raises:
        ValueError: The pattern cannot be understood.
    """
    parts = Path(pattern).parts
    fixed = next(number for number, part in enumerate(parts) if _MAGIC.intersection(part))
    base = Path(*parts[:fixed])
    found = base.glob(str(Path(*parts[fixed:])))
    return sorted({path for path in found if _is_plain(path.relative_to(base)) and path.is_file() and not path.is_symlink()})


def _walk(folder: Path) -> Iterator[Path]:
    """Yield the regular files below a folder, and the folders that cannot be opened."""
    waiting = [folder]
    while waiting:
        here = waiting.pop()
        try:
            entries = list(here.iterdir())
        except OSError:
            yield here
            continue
        for path in entries:
            if path.name.startswith(".") or path.is_symlink():
                continue
            if path.is_dir():
                waiting.append(path)
            elif path.is_file():
                yield path


def _is_plain(path: Path) -> bool:
    """Tell whether no part of a path is hidden."""
    return not any(part.startswith(".") for part in path.parts)


def _is_same(path: Path, other: Path | None) -> bool:
    """Tell whether two paths lead to the same file."""
    return other is not None and other.exists() and path.exists() and path.samefile(other)
