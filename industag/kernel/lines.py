"""Lines in compiled loops: the answers for texts as lines of JSON, the bytes that an ``Encoder`` gives for their rows."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate, pairwise
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from industag.kernel.compiling import compiled
from industag.kernel.tagging import Sheet
from industag.kernel.utf8 import ASCII, write_character
from industag.kernel.wide import LANES, SIXTEEN, narrow_plain, trailing_zeros
from industag.kernel.wide import copy_sixteen as copy

Codes = NDArray[np.uint32]
Bytes = NDArray[np.uint8]
Ints = NDArray[np.int64]
Records = NDArray[Any]

U = np.uint64
"""An index of this type costs nothing to check: it cannot count from the end."""

_PHRASES = (
    ', "start": ', ', "end": ', ', "page": ', "null", ', "text": "', '", "status": "tagged", "tags": [',
    '", "status": "review", "tags": [', '], "review": [', "]", ', "evidence": [', "]}", ", ", '{"start": ',
    '", "kind": "keyword", "value": ', '", "kind": "term", "value": ', "}", '"',
    '0, "start": 0, "end": 0, "page": null, "text": ""',
)  # fmt: skip
(
    _START, _END, _PAGE, _NULL, _TEXT, _TAGGED, _REVIEW, _TO_REVIEW, _ENDS_LIST, _EVIDENCE, _ENDS_ANSWER, _COMMA, _PIECE,
    _KEYWORD, _TERM, _ENDS_PIECE, _ENDS_TEXT, _NO_SENTENCE,
) = pairwise(map(np.int64, accumulate(map(len, _PHRASES), initial=0)))  # fmt: skip
_UNTAGGED, _TAIL, _FIRST_LABEL = map(np.int64, range(3))
"""Where in a ``Wording`` its pieces are. (For plain numbers, numba would compile what takes them once for each.)"""

_SLACK = 2 * LANES
"""So much room is kept behind whatever is written, since it is written many bytes at a time."""
_DIGITS = 20
_LONGEST_CHARACTER = 6
_AROUND = sum(map(len, _PHRASES)) + 6 * _DIGITS + _SLACK
"""A line, an answer and a piece of evidence take no more than this each, beside what is in them."""

_PLACES, _PLACES_WRITTEN = 10_000, 4
LARGEST = 1e9
"""Numbers from this on, and negative ones, are not written here."""
_SMALLEST = 2.0**-15
"""Numbers below this are rounded to nothing."""
_SPLITTER = 2.0**27 + 1

_SURROGATES, _SURROGATES_END = 0xD800, 0xE000
_HEX = np.frombuffer(b"0123456789abcdef", dtype=np.uint8)
_ESCAPES = np.zeros(ASCII, dtype=np.uint8)
"""Of each character of ASCII what stands for it behind a backslash, "u" if that is its number; 0 if it stands for itself."""
_ESCAPES[:0x20] = ord("u")
for _char, _escape in zip('"\\\n\r\t\f\b', '"\\nrtfb', strict=True):
    _ESCAPES[ord(_char)] = ord(_escape)


def _bytes_of(parts: Sequence[bytes]) -> Bytes:
    """Return parts one after another, with room for reading beyond the end."""
    return np.frombuffer(bytearray().join([*parts, bytes(SIXTEEN)]), dtype=np.uint8)


def _begins_of(parts: Sequence[bytes] | Sequence[tuple[int, ...]]) -> Ints:
    begins = np.zeros(len(parts) + 1, dtype=np.int64)
    np.cumsum(np.fromiter(map(len, parts), dtype=np.int64, count=len(parts)), out=begins[1:])
    return begins


_WORDS = _bytes_of([phrase.encode("ascii") for phrase in _PHRASES])


class Wording(NamedTuple):
    """Pieces of text, in UTF-8, one after another.

    Attributes:
        text: The pieces, and some more bytes.
        begins: Where each begins, and the last one ends.
    """

    text: Bytes
    begins: Ints


class Titles(NamedTuple):
    """What is said of texts beside their answers.

    Attributes:
        heads: How the lines of each text begin; or all of its line, if it has no number.
        numbers: The number of its first sentence; 0 where it has none.
        offsets: What is added to each place in it.
        pages: Where its pages begin, those of all texts one after another.
        page_begins: Where those of each text begin.
    """

    heads: Wording
    numbers: Ints
    offsets: Ints
    pages: Ints
    page_begins: Ints


class Shown(NamedTuple):
    """The texts that are written, where they are not those that were tagged: their code points, and where each begins."""

    codes: Codes
    bounds: Ints


def wording_of(parts: Sequence[bytes]) -> Wording:
    """Return pieces of text as a table."""
    return Wording(_bytes_of(parts), _begins_of(parts))


def titles_of(
    heads: Sequence[bytes], numbers: Sequence[int], offsets: Sequence[int], pages: Sequence[tuple[int, ...]]
) -> Titles:
    """Return what is said of texts as tables."""
    starts = np.array([start for each in pages for start in each], dtype=np.int64)
    numbered, moved = np.array(numbers, dtype=np.int64), np.array(offsets, dtype=np.int64)
    return Titles(wording_of(heads), numbered, moved, starts, _begins_of(pages))


def out_of_reach(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the numbers that are not written here, in order."""
    return values[~((values >= 0) & (values < LARGEST))]


@compiled
def write_lines(
    codes: Codes,
    shown: Shown,
    sentences: Ints,
    spans: Ints,
    begins: Ints,
    sheet: Sheet,
    titles: Titles,
    wording: Wording,
    odd: Wording,
    out: Bytes,
) -> tuple[int, int, int]:
    """Write the lines for texts that begin in ``codes`` at ``begins``.

    ``wording`` is what follows the text where there is no answer, how other lines end, and how an answer with each label
    begins; ``odd`` are the values of evidence that are out of reach, in order.

    Returns how many bytes are written, or -1 if there is too little room for them; and how many sentences there are with
    tags, and with answers to review alone.
    """
    at = n_tagged = n_review = n_odd = np.int64(0)
    for text in range(len(begins) - 1):
        number, offset, begin = titles.numbers[text], titles.offsets[text], begins[text]
        first, last = sentences[text], sentences[text + 1]
        page, last_page = titles.page_begins[text], titles.page_begins[text + 1]
        if number == 0 or first == last:
            if number <= 1:
                if at + _AROUND + _length(titles.heads, text) + _length(wording, _UNTAGGED) > len(out):
                    return -1, 0, 0
                at = _write_piece(titles.heads, text, out, at)
                if number == 1:
                    at = _write(_NO_SENTENCE, out, at)
                    at = _write_piece(wording, _UNTAGGED, out, at)
            continue
        for sentence in range(first, last):
            start, end = spans[sentence, 0] - begin, spans[sentence, 1] - begin
            if _needed(text, sentence, end - start, sheet, titles, wording, odd) > len(out) - at:
                return -1, 0, 0
            while page < last_page and titles.pages[page] <= start:
                page += 1
            at = _write_piece(titles.heads, text, out, at)
            at = _write_whole(number, out, at)
            at = _write(_START, out, at)
            at = _write_whole(start + offset, out, at)
            at = _write(_END, out, at)
            at = _write_whole(end + offset, out, at)
            at = _write(_PAGE, out, at)
            if page > titles.page_begins[text]:
                at = _write_whole(page - titles.page_begins[text], out, at)
            else:
                at = _write(_NULL, out, at)
            at = _write(_TEXT, out, at)
            limit = shown.bounds[text + 1]
            from_, to = min(shown.bounds[text] + start, limit), min(shown.bounds[text] + end, limit)
            at = _write_text(shown.codes, from_, to, out, at)
            number += 1
            answer, stop = sheet.begins[sentence].answer, sheet.begins[sentence + 1].answer
            if answer == stop:
                at = _write(_ENDS_TEXT, out, at)
                at = _write_piece(wording, _UNTAGGED, out, at)
                continue
            tagged = answer + sheet.begins[sentence].tags
            if answer < tagged:
                n_tagged += 1
                at = _write(_TAGGED, out, at)
            else:
                n_review += 1
                at = _write(_REVIEW, out, at)
            at, n_odd = _write_answers(
                answer, tagged, stop, codes, begin, start, offset, sheet, wording, odd, n_odd, out, at
            )
            at = _write_piece(wording, _TAIL, out, at)
    return at, n_tagged, n_review


@compiled
def _needed(text: int, sentence: int, length: int, sheet: Sheet, titles: Titles, wording: Wording, odd: Wording) -> int:
    """Return how many bytes the line of a sentence takes at most."""
    needed = _AROUND + _length(titles.heads, text) + _LONGEST_CHARACTER * length
    needed += _length(wording, _UNTAGGED) + _length(wording, _TAIL)
    answer, stop = sheet.begins[sentence].answer, sheet.begins[sentence + 1].answer
    for each in range(answer, stop):
        needed += _AROUND + _length(wording, _FIRST_LABEL + sheet.answers[each].label)
    if answer < stop:
        needed += odd.begins[len(odd.begins) - 1]
        for each in range(sheet.answers[answer].piece, sheet.answers[stop].piece):
            needed += _AROUND + _LONGEST_CHARACTER * (np.int64(sheet.pieces[each].end) - np.int64(sheet.pieces[each].start))
    return needed


@compiled
def _write_answers(
    first: int,
    tagged: int,
    stop: int,
    codes: Codes,
    begin: int,
    start: int,
    offset: int,
    sheet: Sheet,
    wording: Wording,
    odd: Wording,
    n_odd: int,
    out: Bytes,
    at: int,
) -> tuple[int, int]:
    """Write the answers for a sentence that starts at ``start`` in a text, from the first to before ``tagged`` as tags.

    Returns where they end, and how many odd values were written with them and before.
    """
    for answer in range(first, stop):
        if answer == tagged:
            at = _write(_TO_REVIEW, out, at)
        elif answer > first:
            at = _write(_COMMA, out, at)
        at = _write_piece(wording, _FIRST_LABEL + sheet.answers[answer].label, out, at)
        at = _write_rounded(sheet.answers[answer].probability, out, at)
        at = _write(_EVIDENCE, out, at)
        begins, ends = sheet.answers[answer].piece, sheet.answers[answer + 1].piece
        for each in range(begins, ends):
            piece = sheet.pieces[each]
            from_, to = start + piece.start, start + piece.end
            if each > begins:
                at = _write(_COMMA, out, at)
            at = _write(_PIECE, out, at)
            at = _write_whole(from_ + offset, out, at)
            at = _write(_END, out, at)
            at = _write_whole(to + offset, out, at)
            at = _write(_TEXT, out, at)
            at = _write_text(codes, begin + from_, begin + to, out, at)
            if piece.is_term:
                at = _write(_TERM, out, at)
            else:
                at = _write(_KEYWORD, out, at)
            if piece.value >= 0 and piece.value < LARGEST:
                at = _write_rounded(piece.value, out, at)
            else:
                at = _write_piece(odd, n_odd, out, at)
                n_odd += 1
            at = _write(_ENDS_PIECE, out, at)
        at = _write(_ENDS_ANSWER, out, at)
    if tagged == stop:
        at = _write(_TO_REVIEW, out, at)
    return _write(_ENDS_LIST, out, at), n_odd


@compiled
def _length(wording: Wording, piece: int) -> int:
    return wording.begins[piece + 1] - wording.begins[piece]


@compiled
def _write_piece(wording: Wording, piece: int, out: Bytes, at: int) -> int:
    """Write a piece of text."""
    return _copy(wording.text, wording.begins[piece], wording.begins[piece + 1], out, at)


@compiled
def _write(phrase: tuple[int, int], out: Bytes, at: int) -> int:
    """Write one of the phrases."""
    return _copy(_WORDS, phrase[0], phrase[1], out, at)


@compiled
def _copy(source: Bytes, begin: int, end: int, out: Bytes, at: int) -> int:
    """Copy bytes; as many as make it a multiple of sixteen are read and written behind them."""
    for i in range(begin, end, SIXTEEN):
        copy(source, i, out, at + i - begin)
    return at + end - begin


@compiled
def _write_whole(number: int, out: Bytes, at: int) -> int:
    """Write a whole number >= 0."""
    left, end = U(number), at + 1
    while left >= U(10):
        left //= U(10)
        end += 1
    left = U(number)
    for place in range(end - 1, at - 1, -1):
        out[U(place)] = U(48) + left % U(10)
        left //= U(10)
    return end


@compiled
def _write_rounded(number: float, out: Bytes, at: int) -> int:
    """Write a number from 0 to below ``LARGEST`` as ``repr(round(number, 4))`` does."""
    rounded = _rounded(number)
    at = _write_whole(rounded // U(_PLACES), out, at)
    out[U(at)] = ord(".")
    places, n_places = rounded % U(_PLACES), _PLACES_WRITTEN
    while n_places > 1 and places % U(10) == U(0):
        places //= U(10)
        n_places -= 1
    for place in range(at + n_places, at, -1):
        out[U(place)] = U(48) + places % U(10)
        places //= U(10)
    return at + 1 + n_places


@compiled
def _rounded(number: float) -> Any:  # noqa: ANN401 - an unsigned integer
    """Return the number of ten-thousandths nearest to a number, the even one of two.

    The product is not a float, but the sum of two is: those of the upper and the lower half of the number's bits.
    """
    if not number >= _SMALLEST:
        return U(0)
    whole = np.floor(number)
    part = number - whole
    spread = _SPLITTER * part
    upper = spread - (spread - part)
    product, rest = upper * _PLACES, (part - upper) * _PLACES
    below = np.floor(product)
    beyond_half = (product - below) - 0.5
    count = U(whole) * U(_PLACES) + U(below)
    if beyond_half > -rest or (beyond_half == -rest and count % U(2) == U(1)):
        count += U(1)
    return count


@compiled
def _write_text(codes: Codes, i: int, end: int, out: Bytes, at: int) -> int:
    """Write characters as they stand in a string of JSON."""
    while i < end:
        if codes[U(i)] < ASCII and i + LANES <= len(codes):
            plain = min(trailing_zeros(narrow_plain(codes, i, out, at)), LANES, end - i)
            i += plain
            at += plain
            if plain == LANES or i == end:
                continue
        at = _write_character(np.int64(codes[U(i)]), out, at)
        i += 1
    return at


@compiled
def _write_character(code: int, out: Bytes, at: int) -> int:
    """Write a character; what UTF-8 cannot hold becomes a question mark."""
    if code < ASCII:
        return _write_ascii(code, out, at)
    if code >= _SURROGATES and code < _SURROGATES_END:
        out[U(at)] = ord("?")
        return at + 1
    return write_character(code, out, at)


@compiled
def _write_ascii(code: int, out: Bytes, at: int) -> int:
    """Write a character of ASCII, escaped where it must be."""
    escape = _ESCAPES[U(code)]
    if escape == 0:
        out[U(at)] = code
        return at + 1
    out[U(at)] = ord("\\")
    out[U(at + 1)] = escape
    if escape != ord("u"):
        return at + 2
    out[U(at + 2)] = out[U(at + 3)] = ord("0")
    out[U(at + 4)] = _HEX[U(code >> 4)]
    out[U(at + 5)] = _HEX[U(code & 15)]
    return at + 6
