"""Sentences in compiled loops: what ``split_sentences`` does, on code points."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from industag.kernel.characters import (
    ALPHABETIC,
    BULLET,
    CLOSER,
    DECIMAL,
    ITEM_MARK,
    LOWER,
    NUMERAL,
    OPENS_LIST,
    PARTS_BLOCKS,
    PAUSE,
    POINT,
    SECTION_NAME,
    SPACE,
    STOP,
    UPPER,
    place_of,
)
from industag.kernel.compiling import compiled
from industag.kernel.wide import LANES, find_marks, trailing_zeros
from industag.sentences import ABBREVIATIONS, LONGEST, NARROW, SENTENCE_FINAL, WRAP_WIDTH

Codes = NDArray[np.uint32]
Traits = NDArray[np.uint16]
Spans = NDArray[np.int64]

_CHINESE = 0x2E80
_LOOK_BACK, _LOOK_AHEAD, _NUMBER_WIDTH = 20, 40, 8
_ANY_STOP = STOP | POINT
_PACKED = 8  # characters of a word that fit into 64 bits


def _packed(words: frozenset[str]) -> NDArray[np.uint64]:
    """Return words of up to eight ASCII characters as numbers, without those with a full stop."""
    plain = [word for word in words if "." not in word]
    return np.array(sorted(int.from_bytes(word.encode("ascii"), "big") for word in plain), dtype=np.uint64)


_ABBREVIATIONS = _packed(ABBREVIATIONS)
_FINAL_ABBREVIATIONS = _packed(SENTENCE_FINAL)
_POINTED_FINAL = np.array([[ord(word[0]), ord(word[2])] for word in sorted(SENTENCE_FINAL) if "." in word], dtype=np.uint32)

_place = compiled(place_of)


@compiled
def split(codes: Codes, traits: Traits, spans: Spans, count: int) -> int:
    """Write the sentences of a text behind the ``count`` spans there are; return how many there are then.

    ``spans`` has a row (start, end) for each sentence. Where it is too short, the number is larger than its length.
    """
    end = len(codes)
    block = 0
    at = _next_of(PARTS_BLOCKS, codes, 0, end, traits)
    while at < end:
        after = at + 1
        if codes[at] == 0x0A:
            after = _behind_last_break(codes, at, end, traits)
        if after > 0:
            count = _split_block(codes, block, at, traits, spans, count)
            block = after
        at = _next_of(PARTS_BLOCKS, codes, max(after, at + 1), end, traits)
    return _split_block(codes, block, end, traits, spans, count)


@compiled
def _behind_last_break(codes: Codes, at: int, end: int, traits: Traits) -> int:
    """Return the place behind the last line break in the white space behind a line break, or -1 if there is none."""
    last = -1
    i = at + 1
    while i < end and traits[_place(codes[i])] & SPACE:
        if codes[i] == 0x0A:
            last = i + 1
        i += 1
    return last


@compiled
def _next_of(kinds: int, codes: Codes, at: int, end: int, traits: Traits) -> int:
    """Return the place of the next character of some kinds, which may end a sentence or a block, or the end."""
    while at < end:
        if at + LANES <= end:
            marks = find_marks(codes, at)
            if marks == 0:
                at += LANES
                continue
            at += trailing_zeros(marks)
        if traits[_place(codes[at])] & kinds:
            return at
        at += 1
    return end


@compiled
def _line_end(codes: Codes, start: int, end: int, traits: Traits) -> int:
    i = _next_of(PARTS_BLOCKS, codes, start, end, traits)
    while i < end and codes[i] != 0x0A:
        i = _next_of(PARTS_BLOCKS, codes, i + 1, end, traits)
    return i


@compiled
def _chinese_in(codes: Codes, start: int, end: int) -> int:
    """Return how many characters take two columns."""
    total = 0
    for i in range(start, end):
        total += codes[i] >= _CHINESE
    return total


@compiled
def _split_block(codes: Codes, start: int, end: int, traits: Traits, spans: Spans, count: int) -> int:
    """Write the sentences of a block of lines: lines that go on in the next one stay together."""
    line_end = _line_end(codes, start, end, traits)
    if line_end == end:
        return _split_paragraph(codes, start, end, traits, spans, count)
    widest_chinese = widest_other = 0
    line = start
    while line <= end:
        line_end = _line_end(codes, line, end, traits)
        chinese = _chinese_in(codes, line, line_end)
        width = line_end - line + chinese
        if chinese > 0.4 * (line_end - line):
            widest_chinese = max(widest_chinese, width)
        else:
            widest_other = max(widest_other, width)
        line = line_end + 1
    paragraph = line = start
    while True:
        line_end = _line_end(codes, line, end, traits)
        if line_end == end:
            return _split_paragraph(codes, paragraph, end, traits, spans, count)
        chinese = _chinese_in(codes, line, line_end)
        widest = widest_chinese if chinese > 0.4 * (line_end - line) else widest_other
        if not _goes_on(codes, line, line_end, end, line_end - line + chinese, widest, traits):
            count = _split_paragraph(codes, paragraph, line_end, traits, spans, count)
            paragraph = line_end + 1
        line = line_end + 1


@compiled
def _goes_on(codes: Codes, line: int, line_end: int, block_end: int, width: int, widest: int, traits: Traits) -> bool:
    """Tell whether a line was wrapped and goes on in the following one."""
    last = line_end - 1
    while last >= line and traits[_place(codes[last])] & SPACE:
        last -= 1
    if last < line:
        return False
    following, following_end = line_end + 1, _line_end(codes, line_end + 1, block_end, traits)
    if _is_item(codes, following, following_end, traits):
        return False
    if traits[_place(codes[last])] & _ANY_STOP or (last > line and traits[_place(codes[last - 1])] & _ANY_STOP):
        return False
    if traits[_place(codes[last])] & OPENS_LIST or widest < NARROW:
        return False
    cut = codes[last] == 0x2D or codes[last] == 0x2010
    if cut and last > line and traits[_place(codes[last - 1])] & ALPHABETIC:
        if following < following_end and traits[_place(codes[following])] & LOWER:
            return True
    first = following
    while first < following_end and traits[_place(codes[first])] & SPACE:
        first += 1
    if first < following_end and codes[first] < 0x80 and traits[codes[first]] & LOWER:
        return width > widest * 0.5
    return widest <= WRAP_WIDTH and width >= widest * 0.85


@compiled
def _is_item(codes: Codes, start: int, end: int, traits: Traits) -> bool:
    """Tell whether a line begins as an item, a heading, a quotation or a row of a table does."""
    i = start
    while i < end and traits[_place(codes[i])] & SPACE:
        i += 1
    if i == end:
        return False
    code = codes[i]
    if code == 0x3E or code == 0x7C:
        return True
    if traits[_place(code)] & BULLET and i + 1 < end and traits[_place(codes[i + 1])] & SPACE:
        return True
    if code == 0x23:
        j = i
        while j < end and codes[j] == 0x23:
            j += 1
        return j - i <= 6 and j < end and traits[_place(codes[j])] & SPACE != 0
    if code == 0x7B2C and _is_section(codes, i + 1, end, traits):
        return True
    if code == 0x28 or code == 0xFF08:
        i += 1
    return _is_numbered(codes, i, end, traits)


@compiled
def _is_section(codes: Codes, start: int, end: int, traits: Traits) -> bool:
    """Tell whether a number and the name of a section stand here."""
    i = start
    while i < end and (traits[_place(codes[i])] & (NUMERAL | DECIMAL) or codes[i] == 0x767E):
        i += 1
    return i > start and i < end and traits[_place(codes[i])] & SECTION_NAME != 0


@compiled
def _is_numbered(codes: Codes, start: int, end: int, traits: Traits) -> bool:
    """Tell whether the number or letter of an item stands here, with its mark."""
    if start >= end:
        return False
    code = codes[start]
    i = start
    if traits[_place(code)] & DECIMAL:
        while i < end and traits[_place(codes[i])] & DECIMAL:
            i += 1
        longest = 3
    elif traits[_place(code)] & NUMERAL:
        while i < end and traits[_place(codes[i])] & NUMERAL:
            i += 1
        longest = 3
    elif start + 1 < end and _is_latin(code) and traits[_place(codes[start + 1])] & ITEM_MARK:
        i, longest = start + 1, 1
    else:
        while i < end and (codes[i] == 0x69 or codes[i] == 0x76 or codes[i] == 0x78):
            i += 1
        longest = 4
    if i == start or i - start > longest or i == end or not traits[_place(codes[i])] & ITEM_MARK:
        return False
    return not (i + 1 < end and traits[_place(codes[i + 1])] & DECIMAL)


@compiled
def _is_latin(code: int) -> bool:
    return 0x41 <= code <= 0x5A or 0x61 <= code <= 0x7A


@compiled
def _split_paragraph(codes: Codes, start: int, end: int, traits: Traits, spans: Spans, count: int) -> int:
    """Write the sentences of one paragraph."""
    i = _next_of(_ANY_STOP, codes, start, end, traits)
    while i < end:
        stop = mark = i
        if traits[_place(codes[i])] & STOP:
            while i < end and traits[_place(codes[i])] & STOP:
                i += 1
        else:
            while i < end and codes[i] == codes[mark]:
                i += 1
        while i < end and traits[_place(codes[i])] & CLOSER:
            i += 1
        if _ends_sentence(codes, start, stop, i, end, traits):
            count = _write_cut(codes, start, i, traits, spans, count)
            start = i
        i = _next_of(_ANY_STOP, codes, i, end, traits)
    return _write_cut(codes, start, end, traits, spans, count)


@compiled
def _ends_sentence(codes: Codes, start: int, stop: int, after: int, end: int, traits: Traits) -> bool:
    """Tell whether the marks in ``codes[stop:after]`` end the sentence that begins at ``start``."""
    mark = codes[stop]
    if mark == 0x2E:
        return _is_full_stop(codes, start, stop, after, end, traits)
    if after == end:
        return True
    following = codes[after]
    if mark == 0x21 or mark == 0x3F:
        return not (following < 0x80 and not traits[following] & SPACE)
    if mark == 0x2026:
        return following == 0x0A or following == 0x201C or following == 0x22
    return True


@compiled
def _is_full_stop(codes: Codes, start: int, stop: int, after: int, end: int, traits: Traits) -> bool:
    """Tell whether full stops (with their closing quotes) end a sentence."""
    if after < end and codes[after] < _CHINESE and not traits[_place(codes[after])] & SPACE:
        return False
    if _is_item_number(codes, start, min(stop, start + _NUMBER_WIDTH)):
        return False
    word_end = stop
    if word_end > 0 and codes[word_end - 1] == 0x0A:
        word_end -= 1  # as $ in a regular expression
    word = word_end
    while word > 0 and (_is_latin(codes[word - 1]) or codes[word - 1] == 0x2E):
        word -= 1
    if word < max(start, stop - _LOOK_BACK) or not _is_word(codes, word, word_end):
        return True
    first = after
    while first < min(after + _LOOK_AHEAD, end) and traits[_place(codes[first])] & SPACE:
        first += 1
    trait = traits[_place(codes[first])] if first < min(after + _LOOK_AHEAD, end) else np.uint16(0)
    alone = word_end - word == 1
    if alone and codes[word] <= 0x5A and (word == 0 or codes[word - 1] == 0x20):
        return False
    if _is_abbreviation(codes, word, word_end):
        return _may_end(codes, word, word_end) and trait & UPPER != 0
    return not trait & LOWER


@compiled
def _is_item_number(codes: Codes, start: int, end: int) -> bool:
    """Tell whether nothing but a number, brackets and white space stands here."""
    for i in range(start, end):
        code = codes[i]
        space = code == 0x20 or code == 0x09 or code == 0x0A
        if not (space or code == 0x23 or code == 0x28 or 0x30 <= code <= 0x39):
            return False
    return True


@compiled
def _is_word(codes: Codes, start: int, end: int) -> bool:
    """Tell whether letters stand here, before them perhaps single letters with a full stop each."""
    i = start
    while i + 1 < end and _is_latin(codes[i]) and codes[i + 1] == 0x2E:
        i += 2
    if i >= end:
        return False
    for j in range(i, end):
        if not _is_latin(codes[j]):
            return False
    return True


@compiled
def _has_full_stop(codes: Codes, start: int, end: int) -> bool:
    return end - start > 1 and codes[start + 1] == 0x2E


@compiled
def _pack(codes: Codes, start: int, end: int) -> int:
    """Return a word of up to eight letters as a number, in small letters; 0 for a longer one."""
    packed = np.uint64(0)
    if end - start > _PACKED:
        return packed
    for i in range(start, end):
        packed = (packed << np.uint64(8)) | np.uint64(codes[i] | np.uint32(0x20))
    return packed


@compiled
def _is_abbreviation(codes: Codes, start: int, end: int) -> bool:
    return _has_full_stop(codes, start, end) or _stands_in(_ABBREVIATIONS, _pack(codes, start, end))


@compiled
def _may_end(codes: Codes, start: int, end: int) -> bool:
    """Tell whether an abbreviation may stand at the end of a sentence."""
    if not _has_full_stop(codes, start, end):
        return _stands_in(_FINAL_ABBREVIATIONS, _pack(codes, start, end))
    if end - start != 3:
        return False
    for i in range(len(_POINTED_FINAL)):
        if codes[start] | 0x20 == _POINTED_FINAL[i, 0] and codes[start + 2] | 0x20 == _POINTED_FINAL[i, 1]:
            return True
    return False


@compiled
def _stands_in(numbers: NDArray[np.uint64], number: int) -> bool:
    for each in numbers:
        if each == number:
            return True
    return False


@compiled
def _write_cut(codes: Codes, start: int, end: int, traits: Traits, spans: Spans, count: int) -> int:
    """Write a sentence without white space around it, in pieces where it is too long, or nothing if it is blank."""
    start, end = _strip(codes, start, end, traits)
    while end - start > LONGEST:
        cut = start + LONGEST
        while cut > start + LONGEST // 2 and not traits[_place(codes[cut - 1])] & PAUSE:
            cut -= 1
        if cut == start + LONGEST // 2:
            cut = start + LONGEST
        piece, piece_end = _strip(codes, start, cut, traits)
        count = _write(piece, piece_end, spans, count)
        start = cut
        while start < end and traits[_place(codes[start])] & SPACE:
            start += 1
    return _write(start, end, spans, count)


@compiled
def _strip(codes: Codes, start: int, end: int, traits: Traits) -> tuple[int, int]:
    while start < end and traits[_place(codes[start])] & SPACE:
        start += 1
    while end > start and traits[_place(codes[end - 1])] & SPACE:
        end -= 1
    return start, end


@compiled
def _write(start: int, end: int, spans: Spans, count: int) -> int:
    if start >= end:
        return count
    if count < len(spans):
        spans[count, 0] = start
        spans[count, 1] = end
    return count + 1
