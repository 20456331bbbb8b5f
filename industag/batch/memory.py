"""Memory: large blocks are given back to the system when they are free, so that a long run stays as small as it begins."""

from __future__ import annotations

import ctypes
import sys

_MMAP_THRESHOLD = -3
_LARGE = 1 << 18


def give_back_large_blocks() -> None:
    """Have the C library give back each free block of a quarter megabyte or more, if it is one that can be told to.

    GNU's keeps what is freed for later, in pieces among which small things lie: some hundred megabytes after a while.
    """
    if sys.platform == "linux":
        set_option = getattr(ctypes.CDLL(None), "mallopt", None)
        if set_option is not None:
            set_option(_MMAP_THRESHOLD, _LARGE)
