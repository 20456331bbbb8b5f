"""Finding: the files that paths, folders and patterns stand for, in an order that does not change."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from industag.formats import format_of

_MAGIC = frozenset("*?[")


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
