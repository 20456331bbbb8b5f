"""How the loops are compiled: once on a machine, and without Python's lock, so that threads run side by side.

What is compiled is kept in a folder of the user's cache. Its name changes with anything that the loops are made of, so
code compiled from an earlier version is never used.
"""

from __future__ import annotations

import hashlib
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

import numba
import numpy as np

F = TypeVar("F", bound=Callable[..., Any])

_njit: Any = numba.njit
_config: Any = numba.config
CHECKS_BOUNDS = bool(_config.BOUNDSCHECK)
"""Whether every access of an array is checked, for which numba is told by NUMBA_BOUNDSCHECK=1."""
_KERNEL = Path(__file__).resolve().parent
MADE_OF = ("answers", "keywords", "normalise", "sentences", "units")
"""The modules outside of the kernel whose tables and constants go into the loops."""
_READY = "ready"


def compiled(function: F) -> F:
    """Compile a function. It must make no arrays.

    It counts no references to the arrays that it is given, and becomes a part of the function that calls it: either would
    cost more than its work.
    """
    with _kept():
        return _njit(cache=True, nogil=True, _nrt=False, forceinline=True)(function)  # type: ignore[no-any-return]


def is_ready() -> bool:
    """Tell whether the loops have been compiled on this machine."""
    return (_folder() / _READY).exists()


def set_ready() -> None:
    """Remember that the loops have been compiled, where the cache can be written."""
    try:
        (_folder() / _READY).touch()
    except OSError:
        return


@contextmanager
def _kept() -> Iterator[None]:
    """Have numba keep what is compiled in our folder; elsewhere in the process its settings stay as they are."""
    before = _config.CACHE_DIR
    try:
        _folder().mkdir(parents=True, exist_ok=True)
        _config.CACHE_DIR = str(_folder())
    except OSError:
        pass  # then numba looks for a place of its own
    try:
        yield
    finally:
        _config.CACHE_DIR = before


@cache
def _folder() -> Path:
    """Return the folder for what is compiled from these sources by this numba for this Python."""
    digest = hashlib.sha256()
    for path in [*sorted(_KERNEL.glob("*.py")), *(_KERNEL.parent / f"{name}.py" for name in MADE_OF)]:
        digest.update(path.read_bytes())
    versions = (sys.version, numba.__version__, np.__version__, str(CHECKS_BOUNDS))
    digest.update("\n".join(versions).encode("utf-8"))
    return _user_cache() / "industag" / f"kernel-{digest.hexdigest()[:16]}"


def _user_cache() -> Path:
    """Return the folder in which this system's programs keep what can be made again."""
    if "XDG_CACHE_HOME" in os.environ:
        return Path(os.environ["XDG_CACHE_HOME"])
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA", Path.home()))
    return Path.home() / ("Library/Caches" if sys.platform == "darwin" else ".cache")
