"""Many characters at a time: what numba has no words for, said in LLVM's.

None of these checks where it reads or writes. Whoever calls one must have made sure that there is so much room.
"""

from __future__ import annotations

from typing import Any

from llvmlite import ir
from numba import types
from numba.extending import intrinsic

LANES = 32
"""How many characters ``classify`` looks at."""
EIGHT, SIXTEEN = 8, 16

_BYTE, _CODE, _WORD = ir.IntType(8), ir.IntType(32), ir.IntType(64)


@intrinsic  # type: ignore[untyped-decorator]
def load_eight(typing: Any, source: Any, place: Any) -> Any:  # noqa: ANN401, ARG001 - numba's types
    """Return ``source[place : place + 8]``, bytes, as one number, the first byte lowest."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:  # noqa: ANN401
        return _load(builder, _address(context, builder, signature.args[0], arguments[0], arguments[1]), _WORD)

    return types.uint64(source, types.intp), generate


@intrinsic  # type: ignore[untyped-decorator]
def store_four(typing: Any, target: Any, place: Any, number: Any) -> Any:  # noqa: ANN401, ARG001
    """Write the lower 32 bits of a number to ``target[place : place + 4]``, bytes, the lowest first."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:  # noqa: ANN401
        address = _address(context, builder, signature.args[0], arguments[0], arguments[1])
        _store(builder, builder.trunc(arguments[2], _CODE), address)
        return context.get_dummy_value()

    return types.void(target, types.intp, types.int64), generate


@intrinsic  # type: ignore[untyped-decorator]
def copy_sixteen(typing: Any, source: Any, place: Any, target: Any, to: Any) -> Any:  # noqa: ANN401, ARG001
    """Copy ``source[place : place + 16]`` to ``target[to:]``, bytes."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:  # noqa: ANN401
        lanes = ir.VectorType(_BYTE, SIXTEEN)
        value = _load(builder, _address(context, builder, signature.args[0], arguments[0], arguments[1]), lanes)
        _store(builder, value, _address(context, builder, signature.args[2], arguments[2], arguments[3]))
        return context.get_dummy_value()

    return types.void(source, types.intp, target, types.intp), generate


@intrinsic  # type: ignore[untyped-decorator]
def classify(typing: Any, codes: Any, place: Any, folded: Any) -> Any:  # noqa: ANN401, ARG001
    """Look at ``codes[place : place + LANES]``; write them as bytes, capitals made small, to ``folded``.

    Returns in which places there are small or capital letters of ASCII, digits, full stops, plus signs, white space or
    hyphens, and characters beyond ASCII: a number for each, whose lowest bit stands for the first place. Of characters
    beyond ASCII, all but the last of these is undefined.
    """

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:  # noqa: ANN401
        def constant(value: int | str, of: ir.Type = _BYTE) -> ir.Constant:
            number = value if isinstance(value, int) else ord(value)
            return ir.Constant(ir.VectorType(of, LANES), [number] * LANES)

        def within(lanes: Any, first: int | str, count: int) -> Any:  # noqa: ANN401
            return builder.icmp_unsigned("<", builder.sub(lanes, constant(first)), constant(count))

        def is_char(char: str) -> Any:  # noqa: ANN401
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


@intrinsic  # type: ignore[untyped-decorator]
def trailing_zeros(typing: Any, number: Any) -> Any:  # noqa: ANN401, ARG001
    """Return how many bits stand below the lowest one that is set; 64 where none is."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:  # noqa: ANN401, ARG001
        return builder.cttz(arguments[0], ir.Constant(ir.IntType(1), 0))

    return types.intp(types.uint64), generate


@intrinsic  # type: ignore[untyped-decorator]
def leading_zeros(typing: Any, number: Any) -> Any:  # noqa: ANN401, ARG001
    """Return how many of 64 bits stand above the highest one that is set; 64 where none is."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:  # noqa: ANN401, ARG001
        return builder.ctlz(arguments[0], ir.Constant(ir.IntType(1), 0))

    return types.intp(types.uint64), generate


def _address(context: Any, builder: Any, kind: Any, array: Any, place: Any) -> Any:  # noqa: ANN401
    """Return where an element of an array is."""
    return builder.gep(context.make_array(kind)(context, builder, array).data, [place])


def _load(builder: Any, address: Any, kind: ir.Type, alignment: int = 1) -> Any:  # noqa: ANN401
    value = builder.load(builder.bitcast(address, kind.as_pointer()))
    value.align = alignment
    return value


def _store(builder: Any, value: Any, address: Any) -> None:  # noqa: ANN401
    builder.store(value, builder.bitcast(address, value.type.as_pointer())).align = 1
