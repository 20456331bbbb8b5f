"""UTF-8 in compiled loops: a character as its bytes."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from industag.kernel.compiling import compiled
from industag.kernel.wide import store_four

ASCII = 0x80
"""Characters below this are one byte, and stand for themselves."""
_TWO_BYTES, _THREE_BYTES = 0x800, 0x10000
U = np.uint64


@compiled
def write_character(code: int, out: NDArray[np.uint8], at: int) -> int:
    """Write a character; return where it ends. There must be room for four bytes."""
    if code >= _TWO_BYTES and code < _THREE_BYTES:  # Chinese, mostly
        store_four(out, at, 0x8080E0 | code >> 12 | (code << 2 & 0x3F00) | (code << 16 & 0x3F0000))
        return at + 3
    if code < ASCII:
        out[U(at)] = code
        return at + 1
    if code < _TWO_BYTES:
        out[U(at)] = 0xC0 | code >> 6
        out[U(at + 1)] = 0x80 | code & 0x3F
        return at + 2
    out[U(at)] = 0xF0 | code >> 18
    out[U(at + 1)] = 0x80 | code >> 12 & 0x3F
    out[U(at + 2)] = 0x80 | code >> 6 & 0x3F
    out[U(at + 3)] = 0x80 | code & 0x3F
    return at + 4
