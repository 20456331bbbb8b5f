"""Memory: what is free is given back to the system now and then, so that a long run stays as small as it begins."""

from __future__ import annotations

import ctypes
import sys
from collections.abc import Callable


def _trim() -> Callable[[int], int] | None:
    """Return the function of the C library that gives free memory back, where there is one: GNU's has it."""
    return getattr(ctypes.CDLL(None), "malloc_trim", None) if sys.platform == "linux" else None


def give_back() -> None:
    """Give free memory back to the system, if the C library can be told to.

    GNU's keeps what is freed, in pieces among which small things lie: some hundred megabytes after a while.
    """
    trim = _trim()
    if trim is not None:
        trim(0)
