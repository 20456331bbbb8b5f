"""What the compiled loops write is what Python writes: numbers as ``repr``, text as ``json``.

Run with NUMBA_BOUNDSCHECK=1, every access of an array in them is checked as well.
"""

from __future__ import annotations

import math
from json.encoder import encode_basestring

import numpy as np
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

pytest.importorskip("numba")

from industag.kernel import lines, wide
from industag.kernel.compiling import compiled
from industag.output.records import rounded

pytestmark = pytest.mark.slow
many = settings(max_examples=1000, deadline=None, suppress_health_check=list(HealthCheck))


@compiled
def write_rounded(number, out):
    return lines._write_rounded(number, out, 0)


@compiled
def write_whole(number, out):
    return lines._write_whole(number, out, 0)


@compiled
def write_text(codes, begin, end, out):
    return lines._write_text(codes, begin, end, out, 0)


@compiled
def narrowed(codes, target):
    return wide.narrow_plain(codes, 0, target, 0)


def written(write, *arguments, room=64):
    """Return what a loop writes, and see to it that it keeps to the room that is counted on."""
    out = np.full(room + lines._SLACK, 7, dtype=np.uint8)
    length = write(*arguments, out)
    assert length <= room
    return out[:length].tobytes()


def nearby(number):
    return st.sampled_from([number, math.nextafter(number, 0.0), math.nextafter(number, math.inf)])


ties = st.builds(lambda n, bits: n / 2**bits, st.integers(0, 2**30), st.integers(0, 45)).flatmap(nearby)
near_ties = st.builds(lambda n: (2 * n + 1) / 20_000, st.integers(0, 2**40)).flatmap(nearby)
numbers = ties | near_ties | st.floats(0, 1) | st.floats(0, 1e9, exclude_max=True)


@many
@given(numbers.filter(lambda number: number < lines.LARGEST))
@example(0.0)
@example(5e-324)
@example(0.00005)
@example(0.00015)
@example(2.0**-15)
@example(0.03125)
@example(0.99995)
@example(0.99994999)
@example(math.nextafter(1.0, 0.0))
@example(math.nextafter(1e9, 0.0))
@example(999_999_999.99995)
def test_a_number_is_what_python_makes_of_it(number):
    assert written(write_rounded, number) == rounded(number).encode()


def test_ties_go_to_the_even_number():
    for n in range(1, 200_000, 2):  # n/32 has five places, and the last is a 5
        assert written(write_rounded, n / 32) == rounded(n / 32).encode()


def test_numbers_that_are_not_written_are_told():
    values = np.array([1.0, 1e9, -0.5, math.nan, math.inf, 0.0, 999_999_999.0])
    assert np.array_equal(lines.out_of_reach(values), [1e9, -0.5, math.nan, math.inf], equal_nan=True)


@many
@given(st.integers(0, 2**63 - 1))
@example(0)
@example(9)
@example(10)
@example(99_999)
def test_a_whole_number_is_what_python_makes_of_it(number):
    assert written(write_whole, number) == str(number).encode()


characters = st.sampled_from(
    '"\\/ \n\r\t\f\b\x00\x1f\x7f\x80\xa0\u07ff\u0800\u2028\ud7ff\ud800\udfff\ue000\uffff\U0001f600\U0010ffff风'
)
pieces = st.text(characters | st.characters(codec=None), max_size=5) | st.text(
    st.characters(max_codepoint=0x7E), max_size=80
)


@many
@given(before=pieces, parts=st.lists(pieces, max_size=4), after=pieces)
def test_text_is_what_json_makes_of_it(before, parts, after):
    text = "".join(parts)
    codes = np.array(list(map(ord, before + text + after)), dtype=np.uint32)
    out = written(write_text, codes, len(before), len(before) + len(text), room=lines._LONGEST_CHARACTER * len(text))
    assert b'"%b"' % out == encode_basestring(text).encode("utf-8", "replace")


def test_every_character_is_what_json_makes_of_it():
    every = [*range(0x10000), *range(0x10000, 0x110000, 97), 0x10FFFF]
    text = "".join(map(chr, every))
    out = written(write_text, np.array(every, dtype=np.uint32), 0, len(every), room=len(every) * lines._LONGEST_CHARACTER)
    assert b'"%b"' % out == encode_basestring(text).encode("utf-8", "replace")


@many
@given(
    st.lists(
        st.sampled_from([*range(0x18, 0x30), 0x5B, 0x5C, 0x5D, 0x7E, 0x7F, 0x80, 0x122, 0x15C, 0x10020]),
        min_size=32,
        max_size=32,
    )
)
def test_characters_narrowed_together_are_what_they_are_one_by_one(codes):
    codes = np.array(codes, dtype=np.uint32)
    target, slowly = np.zeros((2, wide.LANES), dtype=np.uint8)
    assert narrowed(codes, target) == wide._narrow_plain_slowly(codes, 0, slowly, 0)
    assert (target == slowly).all()
