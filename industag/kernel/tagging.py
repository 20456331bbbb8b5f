"""The compiled loops over a batch: texts in, their sentences with labels and evidence out, as arrays.

They make no arrays. Where there is too little room for an answer, a loop stops before it and says so; with more room it
goes on from there.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from industag.kernel.characters import Characters
from industag.kernel.compiling import compiled
from industag.kernel.finding import find_keys
from industag.kernel.judging import (
    Ledger,
    add_up,
    choose,
    clear,
    divide,
    gather,
    probability_of,
    rise,
    weigh_labels,
    weigh_terms,
)
from industag.kernel.reading import Page, read_units
from industag.kernel.ruling import apply_rules, rules_met, set_out
from industag.kernel.splitting import split
from industag.kernel.tables import HAS_RULES, Choices, Tables

Codes = NDArray[np.uint32]
Spans = NDArray[np.int64]
Records = NDArray[Any]


class Desk(NamedTuple):
    """Room for the work on one sentence after another; a thread needs one of its own.

    Attributes:
        page: For what is read.
        hits: For the keys found.
        ruled: For those of them that rules are about.
        counting: For the keywords that count.
        ledger: For the sums.
    """

    page: Page
    hits: Records
    ruled: Records
    counting: Records
    ledger: Ledger


class Sheet(NamedTuple):
    """Room for the answers for a batch.

    Attributes:
        begins: Of each sentence where its answers begin, and how many of them are tags; one more entry at the end.
        answers: Of each answer its probability, its label and the label that this rests on, and where its evidence begins;
            one more entry at the end.
        pieces: The evidence; offsets count from the sentence.
    """

    begins: Records
    answers: Records
    pieces: Records


BEGIN = np.dtype([("answer", "i8"), ("tags", "i8")])
ANSWER = np.dtype([("probability", "f8"), ("label", "i4"), ("via", "i4"), ("piece", "i8")])

DONE, PAGE_FULL, HITS_FULL, RULES_FULL, SHEET_FULL = range(5)
"""Why a loop stopped."""


@compiled
def split_texts(codes: Codes, bounds: Spans, characters: Characters, spans: Spans, sentences: Spans, text: int) -> int:
    """Write where the sentences of texts stand in ``codes``, from a text on; return the text that there was no room for.

    ``sentences`` gets the number of sentences up to each text, shape (n_texts + 1,).
    """
    while text < len(bounds) - 1:
        begin = sentences[text]
        end = split(codes[bounds[text] : bounds[text + 1]], characters.traits, spans, begin)
        if end > len(spans):
            return text
        for sentence in range(begin, end):
            spans[sentence, 0] += bounds[text]
            spans[sentence, 1] += bounds[text]
        text += 1
        sentences[text] = end
    return text


@compiled
def tag_sentences(
    codes: Codes,
    spans: Spans,
    characters: Characters,
    tables: Tables,
    choices: Choices,
    desk: Desk,
    sheet: Sheet,
    sentence: int,
) -> tuple[int, int]:
    """Write the answers for sentences, ``codes[start:end]`` each, from a sentence on; return where it stopped, and why."""
    keys, rules, sums = tables.keys, tables.rules, tables.sums
    page, hits, ruled, counting, ledger = desk.page, desk.hits, desk.ruled, desk.counting, desk.ledger
    begins, answers = sheet.begins, sheet.answers
    while sentence < len(spans):
        start, end = spans[sentence, 0], spans[sentence, 1]
        units = read_units(codes, start, end, characters, page)
        if units < 0:
            return sentence, PAGE_FULL
        n_hits = find_keys(page, units, keys, hits)
        if n_hits < 0:
            return sentence, HITS_FULL
        n_counting = 0
        n_met, asked = rules_met(hits, n_hits, keys)
        if n_met:
            if n_met > len(counting):
                return sentence, RULES_FULL
            n_ruled = set_out(hits, n_hits, HAS_RULES | asked, ruled)
            n_counting = apply_rules(codes[start:end], characters, page, ruled, n_ruled, keys, rules, counting)
        n_terms, reach = weigh_terms(hits, n_hits, keys, ledger)
        n_high = 0
        if n_counting or reach >= choices.least:
            add_up(counting, n_counting, n_terms, rules, sums, ledger)
            n_high = rise(choices, sums, ledger)
        n_tags = 0
        answer = begins[sentence].answer
        if n_high:
            weigh_labels(n_high, sums, ledger)
            n_tags, n_own = choose(n_high, choices, sums, ledger)
            piece = answers[answer].piece
            if answer + n_own >= len(answers) or piece + n_own * (n_counting + n_hits) > len(sheet.pieces):
                clear(counting, n_counting, n_terms, n_high, rules, ledger)
                return sentence, SHEET_FULL
            end = gather(n_own, page, hits, n_hits, counting, n_counting, keys, rules, sums, ledger, sheet.pieces, piece)
            divide(sheet.pieces, piece, end, answers, answer, n_own)
            for i in range(n_own):
                label = ledger.answers[i]
                via = ledger.labels[label].via
                answers[answer].label, answers[answer].via = label, via
                answers[answer].probability = probability_of(ledger.labels[label].odds)
                answer += 1
        clear(counting, n_counting, n_terms, n_high, rules, ledger)
        begins[sentence].tags = n_tags
        sentence += 1
        begins[sentence].answer = answer
    return sentence, DONE
