"""Judging in compiled loops: from what was found in a sentence to its labels with their evidence.

What ``Scorer`` adds up, ``Calibration`` turns into probabilities and ``_Choice`` chooses from, for the few labels that
anything found speaks to; what no text found speaks to has the probability that it has in an empty one.
"""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from industag.answers import WEAK_EVIDENCE
from industag.kernel.compiling import compiled
from industag.kernel.reading import Page, U
from industag.kernel.tables import IS_TERM, TERM_OF, Choices, Keys, Rules, Sums

Numbers = NDArray[np.int32]
Records = NDArray[Any]

_PLACES = 1e9  # probabilities that agree to this many places are one


class Ledger(NamedTuple):
    """Room for the sums of one sentence; once the sentence is done, everything is as it was before.

    Attributes:
        keyword_times: How often each keyword counts.
        terms: Of each term found its TF-IDF value, and how often it was found.
        found: The terms found, each once.
        labels: Of each listed label its score; its probability, with that of the labels below it, and the label that this
            rests on; whether it is listed; and what has become of it.
        listed: The labels listed: those that something speaks to, and those above one.
        answers: The labels to answer with.
    """

    keyword_times: Numbers
    terms: Records
    found: Numbers
    labels: Records
    listed: Numbers
    answers: Numbers


TERM_SUM = np.dtype([("value", "f8"), ("times", "i8")])
LABEL_SUM = np.dtype([("score", "f8"), ("probability", "f8"), ("via", "i4"), ("is_listed", "i2"), ("mark", "i2")])
REACHED, CLOSED, ABOVE_TAG, ABOVE_REVIEW = 1, 2, 4, 8
"""What becomes of a label: it is put up for review or given; it is given or above one that is; it stands above a tag; it
stands above a label to review."""

PIECE = np.dtype([("value", "f8"), ("start", "i4"), ("end", "i4"), ("number", "i4"), ("is_term", "i4")])
"""Evidence: ``sentence[start:end]``, found as a keyword or a term of this number, adding the value."""


def ledger_for(n_keywords: int, n_terms: int, n_labels: int) -> Ledger:
    """Return room for the sums of a model of this size."""
    return Ledger(
        np.zeros(n_keywords, dtype=np.int32),
        np.zeros(n_terms, dtype=TERM_SUM),
        np.empty(n_terms, dtype=np.int32),
        np.zeros(n_labels, dtype=LABEL_SUM),
        np.empty(n_labels, dtype=np.int32),
        np.empty(n_labels, dtype=np.int32),
    )


@compiled
def weigh_terms(hits: Records, count: int, keys: Keys, sums: Sums, ledger: Ledger) -> int:
    """Write the terms found and their TF-IDF values; return how many there are."""
    terms, found = ledger.terms, ledger.found
    n_terms = 0
    for hit in range(count):
        if hits[U(hit)].use & IS_TERM:
            term = np.int64(keys.cards[U(np.int64(hits[U(hit)].key) + TERM_OF)])
            if terms[U(term)].times == 0:
                found[U(n_terms)] = term
                n_terms += 1
            terms[U(term)].times += 1
    square = 0.0
    for i in range(n_terms):
        term = found[U(i)]
        times = terms[U(term)].times
        value = sums.terms[U(term)].idf
        if times > 1:
            value *= 1.0 + math.log(times)
        terms[U(term)].value = value
        square += value * value
    if n_terms:
        length = math.sqrt(square)
        for i in range(n_terms):
            terms[U(found[U(i)])].value /= length
    return n_terms


@compiled
def add_up(counting: Records, n_counting: int, n_terms: int, rules: Rules, sums: Sums, ledger: Ledger) -> int:
    """Write the scores of the labels that a keyword or a term speaks to, and list them; return how many there are."""
    n_labels = 0
    for hit in range(n_counting):
        keyword = counting[U(hit)].key
        ledger.keyword_times[U(keyword)] += 1
        if ledger.keyword_times[U(keyword)] == 1:
            label = rules.rules[U(keyword)].label
            n_labels = _list(label, n_labels, sums, ledger)
            ledger.labels[U(label)].score += rules.rules[U(keyword)].value
    for i in range(n_terms):
        term = ledger.found[U(i)]
        value = ledger.terms[U(term)].value
        for place in range(sums.terms[U(term)].row, sums.terms[U(term)].row_end):
            label = sums.weights[U(place)].label
            n_labels = _list(label, n_labels, sums, ledger)
            ledger.labels[U(label)].score += sums.weights[U(place)].value * value
    return n_labels


@compiled
def _list(label: int, n_labels: int, sums: Sums, ledger: Ledger) -> int:
    if not ledger.labels[U(label)].is_listed:
        ledger.labels[U(label)].is_listed = 1
        ledger.labels[U(label)].mark = 0
        ledger.labels[U(label)].score = sums.labels[U(label)].bias
        ledger.listed[U(n_labels)] = label
        n_labels += 1
    return n_labels


@compiled
def is_enough(n_labels: int, choices: Choices, ledger: Ledger) -> bool:
    """Tell whether any label can be an answer."""
    if len(choices.always):
        return True
    for i in range(n_labels):
        label = ledger.listed[U(i)]
        if ledger.labels[U(label)].score >= choices.labels[U(label)].enough:
            return True
    return False


@compiled
def clear(counting: Records, n_counting: int, n_terms: int, n_labels: int, ledger: Ledger) -> None:
    """Make the ledger ready for the next sentence."""
    for hit in range(n_counting):
        ledger.keyword_times[U(counting[U(hit)].key)] = 0
    for i in range(n_terms):
        ledger.terms[U(ledger.found[U(i)])].times = 0
    for i in range(n_labels):
        ledger.labels[U(ledger.listed[U(i)])].is_listed = 0


@compiled
def weigh_labels(n_labels: int, choices: Choices, sums: Sums, ledger: Ledger) -> int:
    """List the labels above those listed, and write the probabilities of all; return how many there are.

    A label's probability is never below that of a label under it.
    """
    for label in choices.always:
        n_labels = _list(label, n_labels, sums, ledger)
    i = 0
    while i < n_labels:
        above = sums.labels[U(ledger.listed[U(i)])].parent
        if above >= 0:
            n_labels = _list(above, n_labels, sums, ledger)
        i += 1
    _sort(ledger.listed, n_labels)
    for i in range(n_labels - 1, -1, -1):
        label = ledger.listed[U(i)]
        slope, offset = sums.labels[U(label)].slope, sums.labels[U(label)].offset
        best = 0.5 * (1.0 + math.tanh(0.5 * (slope * ledger.labels[U(label)].score + offset)))
        via = label
        for place in range(sums.labels[U(label)].child, sums.labels[U(label)].child_end):
            child = sums.children[U(place)]
            if ledger.labels[U(child)].is_listed:
                below, below_via = ledger.labels[U(child)].probability, ledger.labels[U(child)].via
            else:
                below, below_via = sums.labels[U(child)].resting, sums.labels[U(child)].resting_via
            if below > best:
                best, via = below, below_via
        ledger.labels[U(label)].probability = best
        ledger.labels[U(label)].via = via
    return n_labels


@compiled
def _sort(numbers: Numbers, count: int) -> None:
    """Bring the first ``count`` numbers into rising order; they are few, or nearly so already."""
    for i in range(1, count):
        number = numbers[i]
        j = i
        while j > 0 and numbers[j - 1] > number:
            numbers[j] = numbers[j - 1]
            j -= 1
        numbers[j] = number


@compiled
def choose(n_labels: int, choices: Choices, sums: Sums, ledger: Ledger) -> tuple[int, int]:
    """Write the labels to answer with; return how many are tags, and how many there are with those to review.

    Each are the most specific ones, the likeliest first.
    """
    _mark(n_labels, choices, sums, ledger)
    n_tags = _answer(n_labels, 0, CLOSED | ABOVE_TAG, CLOSED, choices, ledger)
    n_answers = _answer(n_labels, n_tags, REACHED | CLOSED | ABOVE_REVIEW, REACHED, choices, ledger)
    _sort_by_probability(ledger, 0, n_tags)
    _sort_by_probability(ledger, n_tags, n_answers)
    return n_tags, n_answers


@compiled
def _mark(n_labels: int, choices: Choices, sums: Sums, ledger: Ledger) -> None:
    """Write what becomes of each label."""
    labels = ledger.labels
    for i in range(n_labels):
        label = ledger.listed[U(i)]
        if labels[U(label)].probability >= choices.labels[U(label)].review_from:
            labels[U(label)].mark |= REACHED
            if labels[U(label)].probability >= choices.labels[U(label)].threshold:
                while label >= 0 and not labels[U(label)].mark & CLOSED:
                    labels[U(label)].mark |= CLOSED
                    label = sums.labels[U(label)].parent
    for i in range(n_labels):
        label = ledger.listed[U(i)]
        if choices.labels[U(label)].allowed and labels[U(label)].mark & (REACHED | CLOSED):
            above_mark = ABOVE_TAG if labels[U(label)].mark & CLOSED else ABOVE_REVIEW
            above = sums.labels[U(label)].parent
            while above >= 0 and not labels[above].mark & above_mark:
                labels[above].mark |= above_mark
                above = sums.labels[above].parent


@compiled
def _answer(n_labels: int, count: int, looked_at: int, wanted: int, choices: Choices, ledger: Ledger) -> int:
    """Write the allowed labels whose marks, of those looked at, are the ones wanted; return how many answers there are."""
    for i in range(n_labels):
        label = ledger.listed[U(i)]
        if choices.labels[U(label)].allowed and ledger.labels[U(label)].mark & looked_at == wanted:
            ledger.answers[count] = label
            count += 1
    return count


@compiled
def _sort_by_probability(ledger: Ledger, begin: int, end: int) -> None:
    """Bring answers into the order of falling probability; the ones of one probability stay as they are."""
    for i in range(begin + 1, end):
        label = ledger.answers[i]
        probability = np.rint(ledger.labels[U(label)].probability * _PLACES)
        j = i
        while j > begin and np.rint(ledger.labels[ledger.answers[j - 1]].probability * _PLACES) < probability:
            ledger.answers[j] = ledger.answers[j - 1]
            j -= 1
        ledger.answers[j] = label


@compiled
def gather(
    label: int,
    page: Page,
    hits: Records,
    count: int,
    counting: Records,
    n_counting: int,
    keys: Keys,
    rules: Rules,
    sums: Sums,
    ledger: Ledger,
    pieces: Records,
    begin: int,
) -> int:
    """Write the evidence for a label from ``begin`` on, the strongest first; return where it ends."""
    end = begin
    for hit in range(n_counting):
        keyword = counting[U(hit)].key
        if rules.rules[U(keyword)].label == label:
            value = rules.rules[U(keyword)].value / ledger.keyword_times[U(keyword)]
            if value > 0:
                _insert(page, counting[U(hit)].first, counting[U(hit)].last, value, keyword, 0, pieces, begin, end)
                end += 1
    for hit in range(count):
        if hits[U(hit)].use & IS_TERM:
            term = np.int64(keys.cards[U(np.int64(hits[U(hit)].key) + TERM_OF)])
            for place in range(sums.terms[U(term)].row, sums.terms[U(term)].row_end):
                if sums.weights[U(place)].label == label:
                    value = sums.weights[U(place)].value * ledger.terms[U(term)].value / ledger.terms[U(term)].times
                    if value >= WEAK_EVIDENCE:
                        _insert(page, hits[U(hit)].first, hits[U(hit)].last, value, term, 1, pieces, begin, end)
                        end += 1
    return end


@compiled
def _insert(
    page: Page, first: int, last: int, value: float, number: int, is_term: int, pieces: Records, begin: int, end: int
) -> None:
    """Write a piece of evidence at its place: keywords first, then by falling value, then by place in the sentence."""
    start, limit = page.whence[page.starts[first]], page.whence[page.ends[last] - 1] + 1
    at = end
    while at > begin and pieces[at - 1].is_term == is_term and pieces[at - 1].value <= value:
        before = pieces[at - 1]
        if before.value == value and (before.start < start or (before.start == start and before.end <= limit)):
            break
        pieces[at].start, pieces[at].end, pieces[at].value = before.start, before.end, before.value
        pieces[at].number, pieces[at].is_term = before.number, before.is_term
        at -= 1
    pieces[at].start, pieces[at].end, pieces[at].value = start, limit, value
    pieces[at].number, pieces[at].is_term = number, is_term
