"""Many characters at a time: what numba has no words for, said in LLVM's.

Nothing here checks where it reads or writes: whoever calls it must have made sure that there is so much room. So where numba
is told to check bounds, plain loops stand in for it, which are checked; and where numbers begin with their highest byte.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

import numba
import numpy as np
from llvmlite import ir
from numba.extending import intrinsic

from industag.kernel.compiling import CHECKS_BOUNDS, compiled
from industag.sentences import PARTS_BLOCKS, POINTS, STOPS

types: Any = numba.types
_intrinsic: Callable[[Any], Any] = intrinsic

LANES = 32
"""How many characters ``classify`` looks at."""
EIGHT, SIXTEEN = 8, 16
MARKS = STOPS + POINTS + PARTS_BLOCKS
"""What ``find_marks`` looks for."""
ESCAPED = '"\\'
"""What stands behind a backslash in JSON, beside control characters."""

_MARK_CODES = np.array(sorted(map(ord, MARKS)), dtype=np.uint32)
_BYTE, _CODE, _WORD = ir.IntType(8), ir.IntType(32), ir.IntType(64)


@_intrinsic
def load_eight(typing: Any, source: Any, place: Any) -> Any:
    """Return ``source[place : place + 8]``, bytes, as one number, the first byte lowest."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        return _load(builder, _address(context, builder, signature.args[0], arguments[0], arguments[1]), _WORD)

    return types.uint64(source, types.intp), generate


@_intrinsic
def store_four(typing: Any, target: Any, place: Any, number: Any) -> Any:
    """Write the lower 32 bits of a number to ``target[place : place + 4]``, bytes, the lowest first."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        address = _address(context, builder, signature.args[0], arguments[0], arguments[1])
        _store(builder, builder.trunc(arguments[2], _CODE), address)
        return context.get_dummy_value()

    return types.void(target, types.intp, types.int64), generate


@_intrinsic
def copy_sixteen(typing: Any, source: Any, place: Any, target: Any, to: Any) -> Any:
    """Copy ``source[place : place + 16]`` to ``target[to:]``, bytes."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        lanes = ir.VectorType(_BYTE, SIXTEEN)
        value = _load(builder, _address(context, builder, signature.args[0], arguments[0], arguments[1]), lanes)
        _store(builder, value, _address(context, builder, signature.args[2], arguments[2], arguments[3]))
        return context.get_dummy_value()

    return types.void(source, types.intp, target, types.intp), generate


@_intrinsic
def classify(typing: Any, codes: Any, place: Any, folded: Any) -> Any:
    """Look at ``codes[place : place + LANES]``; write them as bytes, capitals made small, to ``folded``.

    Returns in which places there are small or capital letters of ASCII, digits, full stops, plus signs, white space or
    hyphens, and characters beyond ASCII: a number for each, whose lowest bit stands for the first place. Of characters
    beyond ASCII, all but the last of these is undefined.
    """

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        def constant(value: int | str, of: ir.Type = _BYTE) -> ir.Constant:
            number = value if isinstance(value, int) else ord(value)
            return ir.Constant(ir.VectorType(of, LANES), [number] * LANES)

        def within(lanes: Any, first: int | str, count: int) -> Any:
            return builder.icmp_unsigned("<", builder.sub(lanes, constant(first)), constant(count))

        def is_char(char: str) -> Any:
            return builder.icmp_unsigned("==", narrow, constant(char))

        source = _address(context, builder, signature.args[0], arguments[0], arguments[1])
        wide = _load(builder, source, ir.VectorType(_CODE, LANES), 4)
        narrow = builder.trunc(wide, ir.VectorType(_BYTE, LANES))
        small = builder.or_(narrow, constant(0x20))
        letters = within(small, "a", 26)
        target = _address(context, builder, signature.args[2], arguments[2], ir.Constant(_WORD, 0))
        _store(builder, builder.select(letters, small, narrow), target)
        blank = builder.or_(within(narrow, "\t", 5), within(narrow, 0x1C, 4))
        skipped = builder.or_(blank, builder.or_(is_char(" "), is_char("-")))
        beyond = builder.icmp_unsigned(">", wide, constant(0x7F, _CODE))
        masks = [letters, within(narrow, "0", 10), is_char("."), is_char("+"), skipped, beyond]
        as_numbers = [builder.zext(builder.bitcast(mask, ir.IntType(LANES)), _WORD) for mask in masks]
        return context.make_tuple(builder, signature.return_type, as_numbers)

    return types.UniTuple(types.uint64, 6)(codes, types.intp, folded), generate


@_intrinsic
def find_marks(typing: Any, codes: Any, place: Any) -> Any:
    """Return in which of ``codes[place : place + LANES]`` there are marks that may end a sentence or a block, as bits."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        source = _address(context, builder, signature.args[0], arguments[0], arguments[1])
        lanes = _load(builder, source, ir.VectorType(_CODE, LANES), 4)
        found = ir.Constant(ir.VectorType(ir.IntType(1), LANES), [0] * LANES)
        for mark in MARKS:
            same = builder.icmp_unsigned("==", lanes, ir.Constant(lanes.type, [ord(mark)] * LANES))
            found = builder.or_(found, same)
        return builder.zext(builder.bitcast(found, ir.IntType(LANES)), _WORD)

    return types.uint64(codes, types.intp), generate


@_intrinsic
def narrow_plain(typing: Any, codes: Any, place: Any, target: Any, to: Any) -> Any:
    """Write ``codes[place : place + LANES]`` as bytes to ``target[to:]``; return in which places that is not what JSON has.

    There is a bit for each place: there are quotation marks, backslashes, control characters and whatever is beyond ASCII.
    """

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        def constant(value: int) -> ir.Constant:
            return ir.Constant(ir.VectorType(_CODE, LANES), [value] * LANES)

        source = _address(context, builder, signature.args[0], arguments[0], arguments[1])
        lanes = _load(builder, source, ir.VectorType(_CODE, LANES), 4)
        narrow = builder.trunc(lanes, ir.VectorType(_BYTE, LANES))
        _store(builder, narrow, _address(context, builder, signature.args[2], arguments[2], arguments[3]))
        strange = builder.icmp_unsigned(">=", builder.sub(lanes, constant(0x20)), constant(0x60))
        for char in ESCAPED:
            strange = builder.or_(strange, builder.icmp_unsigned("==", lanes, constant(ord(char))))
        return builder.zext(builder.bitcast(strange, ir.IntType(LANES)), _WORD)

    return types.uint64(codes, types.intp, target, types.intp), generate


@_intrinsic
def trailing_zeros(typing: Any, number: Any) -> Any:
    """Return how many bits stand below the lowest one that is set; 64 where none is."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        return builder.cttz(arguments[0], ir.Constant(ir.IntType(1), 0))

    return types.intp(types.uint64), generate


@_intrinsic
def leading_zeros(typing: Any, number: Any) -> Any:
    """Return how many of 64 bits stand above the highest one that is set; 64 where none is."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        return builder.ctlz(arguments[0], ir.Constant(ir.IntType(1), 0))

    return types.intp(types.uint64), generate


def _address(context: Any, builder: Any, kind: Any, array: Any, place: Any) -> Any:
    """Return where an element of an array is."""
    return builder.gep(context.make_array(kind)(context, builder, array).data, [place])


def _load(builder: Any, address: Any, kind: ir.Type, alignment: int = 1) -> Any:
    value = builder.load(builder.bitcast(address, kind.as_pointer()))
    value.align = alignment
    return value


def _store(builder: Any, value: Any, address: Any) -> None:
    builder.store(value, builder.bitcast(address, value.type.as_pointer())).align = 1


@compiled
def _load_eight_slowly(source: Any, place: int) -> Any:
    number = np.uint64(0)
    for i in range(EIGHT):
        number |= np.uint64(source[place + i]) << np.uint64(8 * i)
    return number


@compiled
def _store_four_slowly(target: Any, place: int, number: int) -> None:
    for i in range(4):
        target[place + i] = number >> 8 * i & 0xFF


@compiled
def _copy_sixteen_slowly(source: Any, place: int, target: Any, to: int) -> None:
    for i in range(SIXTEEN):
        target[to + i] = source[place + i]


@compiled
def _classify_slowly(codes: Any, place: int, folded: Any) -> Any:
    letters = digits = stops = pluses = skipped = beyond = np.uint64(0)
    for i in range(LANES):
        code = np.int64(codes[place + i])
        bit = np.uint64(1) << np.uint64(i)
        small = code | 0x20
        is_letter = code < 0x80 and small >= ord("a") and small <= ord("z")
        folded[i] = small if is_letter else code & 0xFF
        if is_letter:
            letters |= bit
        elif code >= ord("0") and code <= ord("9"):
            digits |= bit
        elif code == ord("."):
            stops |= bit
        elif code == ord("+"):
            pluses |= bit
        elif code == ord(" ") or code == ord("-") or (code >= 9 and code <= 13) or (code >= 0x1C and code <= 0x1F):
            skipped |= bit
        elif code >= 0x80:
            beyond |= bit
    return letters, digits, stops, pluses, skipped, beyond


@compiled
def _find_marks_slowly(codes: Any, place: int) -> Any:
    found = np.uint64(0)
    for i in range(LANES):
        for mark in _MARK_CODES:
            if codes[place + i] == mark:
                found |= np.uint64(1) << np.uint64(i)
    return found


@compiled
def _narrow_plain_slowly(codes: Any, place: int, target: Any, to: int) -> Any:
    strange = np.uint64(0)
    for i in range(LANES):
        code = np.int64(codes[place + i])
        target[to + i] = code & 0xFF
        if code < 0x20 or code >= 0x80 or code == ord('"') or code == ord("\\"):
            strange |= np.uint64(1) << np.uint64(i)
    return strange


if CHECKS_BOUNDS or sys.byteorder == "big":
    load_eight, store_four = _load_eight_slowly, _store_four_slowly
    copy_sixteen, classify, find_marks = _copy_sixteen_slowly, _classify_slowly, _find_marks_slowly
    narrow_plain = _narrow_plain_slowly
