"""Keyword rules in compiled loops: what ``KeywordRules.apply`` does, on the keys found on a page."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from industag.kernel.characters import CODE, SEVERAL, SPACE, Characters, place_of
from industag.kernel.compiling import compiled
from industag.kernel.reading import Page, U
from industag.kernel.tables import HAS_RULES, Keys, Rules, list_bit
from industag.keywords import HYPHENS, NEAR

Codes = NDArray[np.uint32]
Records = NDArray[Any]
Record = Any

_HYPHENS = np.array([ord(char) for char in HYPHENS], dtype=np.uint32)

_place = compiled(place_of)
_list_bit = compiled(list_bit)


@compiled
def rules_met(hits: Records, count: int, keys: Keys) -> tuple[int, int]:
    """Return how many rules the keys found could satisfy, and the uses of the keys that these rules ask for.

    So much room is needed by ``apply_rules``.
    """
    total = asked = 0
    for i in range(count):
        if hits[U(i)].use & HAS_RULES:
            card = keys.cards[U(hits[U(i)].key)]
            total += np.int64(card.rule_end) - card.rule
            asked |= np.int64(card.asked)
    return total, asked


@compiled
def set_out(hits: Records, count: int, uses: int, ruled: Records) -> int:
    """Write the hits of some uses, by first unit and then by length; return how many there are.

    They come length by length, so those of one length are merged with the shorter ones, from the end on. ``ruled`` must
    have room for all hits.
    """
    kept = begin = 0
    while begin < count:
        length = hits[U(begin)].last - hits[U(begin)].first
        end, more = begin, 0
        while end < count and hits[U(end)].last - hits[U(end)].first == length:
            more += np.int64(hits[U(end)].use & uses != 0)
            end += 1
        shorter, to = kept, kept + more
        kept = to
        for i in range(end - 1, begin - 1, -1):
            if hits[U(i)].use & uses:
                while shorter > 0 and ruled[U(shorter - 1)].first > hits[U(i)].first:
                    shorter -= 1
                    to -= 1
                    _copy(ruled, shorter, ruled, to)
                to -= 1
                _copy(hits, i, ruled, to)
        begin = end
    return kept


@compiled
def apply_rules(
    codes: Codes, characters: Characters, page: Page, ruled: Records, count: int, keys: Keys, rules: Rules, counting: Records
) -> int:
    """Write the keywords that count, given the keys found that rules are about; return how many there are."""
    kept = 0
    for hit in range(count):
        if not ruled[U(hit)].use & HAS_RULES:
            continue
        card = keys.cards[U(ruled[U(hit)].key)]
        for place in range(card.rule, card.rule_end):
            if rules.rules[U(place)].plain or _counts(codes, characters, page, ruled, count, hit, place, keys, rules):
                _copy(ruled, hit, counting, kept)
                counting[U(kept)].key = place
                kept += 1
    if kept < 2:
        return kept
    return _once_each(counting, _outermost(counting, kept), rules)


@compiled
def _copy(source: Records, i: int, target: Records, j: int) -> None:
    old, new = source[U(i)], target[U(j)]
    new.key, new.use, new.first, new.last = old.key, old.use, old.first, old.last


@compiled
def _outermost(counting: Records, count: int) -> int:
    """Keep the hits that do not lie inside a longer one; they come by first unit and then by length."""
    kept = 0
    farthest = -1
    begin = 0
    while begin < count:
        end = begin
        while end < count and counting[end].first == counting[begin].first:
            end += 1
        last = counting[end - 1].last
        if last > farthest:
            farthest = last
            for hit in range(begin, end):
                if counting[hit].last == last:
                    _copy(counting, hit, counting, kept)
                    kept += 1
        begin = end
    return kept


@compiled
def _once_each(counting: Records, count: int, rules: Rules) -> int:
    """Keep one hit per label and place, that of the weightiest keyword."""
    kept = 0
    for hit in range(count):
        place = counting[hit].key
        known = _same_label(counting, kept, hit, rules)
        if known < 0:
            _copy(counting, hit, counting, kept)
            kept += 1
        elif rules.rules[place].rank > rules.rules[counting[known].key].rank:
            counting[known].key = place
    return kept


@compiled
def _same_label(counting: Records, kept: int, hit: int, rules: Rules) -> int:
    """Return which of the hits kept has the place and the label of a hit, or -1; at a place all end at one unit."""
    known = kept - 1
    while known >= 0 and counting[known].first == counting[hit].first:
        if rules.rules[counting[known].key].label == rules.rules[counting[hit].key].label:
            return known
        known -= 1
    return -1


@compiled
def _counts(
    codes: Codes,
    characters: Characters,
    page: Page,
    ruled: Records,
    count: int,
    hit: int,
    place: int,
    keys: Keys,
    rules: Rules,
) -> bool:
    """Tell whether a hit satisfies its keyword's rule."""
    first, last = np.int64(ruled[U(hit)].first), np.int64(ruled[U(hit)].last)
    rule = rules.rules[U(place)]
    if rule.tight and _has_space_inside(codes, characters, page, first, last):
        return False
    if rule.spelled_end > rule.spelled:
        if not _is_spelled(codes, characters, page, first, last, rule, rules):
            return False
    near = rule.near
    if near and not _is_near(page, ruled, count, hit, near, keys):
        return False
    near = rule.cancelling_near
    if near and _is_near(page, ruled, count, hit, near, keys):
        return False
    around = rule.cancelling_around
    return not (around and _lies_inside(page, ruled, count, hit, around, keys))


@compiled
def _has_space_inside(codes: Codes, characters: Characters, page: Page, first: int, last: int) -> bool:
    """Tell whether two units stand apart: by white space that is no line break behind a hyphen."""
    for unit in range(first, last):
        gap, end = np.int64(page.units[unit].limit), np.int64(page.units[unit + 1].origin)
        if gap < end and characters.traits[_place(codes[end - 1])] & SPACE:
            hyphen = False
            for each in _HYPHENS:
                hyphen = hyphen or codes[gap] == each
            if not hyphen:
                return True
    return False


@compiled
def _is_spelled(codes: Codes, characters: Characters, page: Page, first: int, last: int, rule: Record, rules: Rules) -> bool:
    """Tell whether the units are written, capitals kept, in one of the ways that the keyword may be."""
    for spelling in range(rule.spelled, rule.spelled_end):
        letter, end = rules.spellings[spelling], rules.spellings[spelling + 1]
        same = True
        for unit in range(first, last + 1):
            for i in range(page.units[unit].origin, page.units[unit].limit):
                cased = characters.cased[_place(codes[i])]
                if not cased & SEVERAL:
                    same = same and letter < end and rules.letters[min(letter, end - 1)] == cased & CODE
                    letter += 1
                    continue
                for step in range(characters.begins[cased & CODE], characters.begins[(cased & CODE) + 1]):
                    wanted = characters.several[step] & CODE
                    same = same and letter < end and rules.letters[min(letter, end - 1)] == wanted
                    letter += 1
        if same and letter == end:
            return True
    return False


@compiled
def _is_near(page: Page, ruled: Records, count: int, hit: int, number: int, keys: Keys) -> bool:
    """Tell whether a key of a list was found outside the hit and near it."""
    first, last, bit = ruled[U(hit)].first, ruled[U(hit)].last, _list_bit(number)
    start, end = page.units[U(first)]["from"], page.units[U(last)].to
    other = hit + 1
    while other < count and page.units[U(ruled[U(other)].first)]["from"] - end <= NEAR:
        if ruled[U(other)].use & bit and ruled[U(other)].first > last and _is_in(number, ruled[U(other)].key, keys):
            return True
        other += 1
    other = hit - 1
    while other >= 0 and start - page.units[U(ruled[U(other)].first)]["from"] - keys.longest <= NEAR:
        if (
            ruled[U(other)].use & bit
            and ruled[U(other)].last < first
            and start - page.units[U(ruled[U(other)].last)].to <= NEAR
            and _is_in(number, ruled[U(other)].key, keys)
        ):
            return True
        other -= 1
    return False


@compiled
def _lies_inside(page: Page, ruled: Records, count: int, hit: int, number: int, keys: Keys) -> bool:
    """Tell whether a key of a list was found around the hit."""
    first, last, bit = ruled[U(hit)].first, ruled[U(hit)].last, _list_bit(number)
    other = hit + 1
    while other < count and ruled[U(other)].first == first:
        if ruled[U(other)].use & bit and _is_in(number, ruled[U(other)].key, keys):
            return True
        other += 1
    other = hit - 1
    while other >= 0 and page.units[U(first)]["from"] - page.units[U(ruled[U(other)].first)]["from"] <= keys.longest:
        if ruled[U(other)].use & bit and ruled[U(other)].last >= last and _is_in(number, ruled[U(other)].key, keys):
            return True
        other -= 1
    return False


@compiled
def _is_in(number: int, key: int, keys: Keys) -> bool:
    """Tell whether a key stands in a list."""
    low, high = np.int64(keys.cards[U(key)].list), np.int64(keys.cards[U(key)].list_end)
    end = high
    while low < high:
        middle = (low + high) // 2
        if keys.lists[U(middle)] < number:
            low = middle + 1
        else:
            high = middle
    return low < end and keys.lists[U(low)] == number
