"""Judging in compiled loops: from what was found in a sentence to its labels with their evidence.

What ``Scorer`` adds up, ``Calibration`` turns into probabilities and ``_Choice`` chooses from: the scores for all labels,
and probabilities for the few that can be answers, or stand above one.
"""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from industag.answers import WEAK_EVIDENCE
from industag.kernel.compiling import compiled
from industag.kernel.reading import Page, U
from industag.kernel.tables import IS_TERM, Choices, Keys, Rules, Sums

Numbers = NDArray[np.int32]
Records = NDArray[Any]
Record = Any

_PLACES = 1e9  # probabilities that agree to this many places are one
_CERTAIN, _HAIR = 12.0, 1e-9
"""Log odds between the first and its opposite that are farther apart than the second have probabilities that differ."""
_GAPS = (40412, 17961, 7983, 3548, 1577, 701, 301, 132, 57, 23, 10, 4, 1)
"""So far apart are the pieces compared in each round of sorting (Ciura, 2001; above 701 each 2.25 times the last)."""


class Ledger(NamedTuple):
    """Room for the sums of one sentence; once the sentence is done, everything is as it was before.

    Attributes:
        keyword_times: How often each keyword counts.
        terms: Of each term found its TF-IDF value, and how often it was found.
        found: The terms found, each once.
        scores: Of each label.
        labels: Of each label that is high its log odds, or those of a likelier label below it; the label that these are of;
            while evidence is gathered, the last answer that rests on it, counted from 1, or 0; and what has become of it.
        high: The labels that are high enough for an answer, and those above one; each behind those below it.
        answers: The labels to answer with.
        others: Of each of them the one before that rests on the same label, counted from 1, or 0.
    """

    keyword_times: Numbers
    terms: Records
    found: Numbers
    scores: NDArray[np.float64]
    labels: Records
    high: Numbers
    answers: Numbers
    others: Numbers


TERM_SUM = np.dtype([("value", "f8"), ("times", "i8")])
LABEL_SUM = np.dtype([("odds", "f8"), ("via", "i4"), ("answer", "i4"), ("mark", "i8")])
HIGH, REACHED, CLOSED, ABOVE_TAG, ABOVE_REVIEW = 1, 2, 4, 8, 16
"""What becomes of a label: it is high enough, or above one that is; it is put up for review or given; it is given or above
one that is; it stands above a tag; it stands above a label to review."""

PIECE = np.dtype(
    [
        ("value", "f8"), ("start", "i4"), ("end", "i4"), ("number", "i4"), ("is_term", "i4"),
        ("first", "i4"), ("last", "i4"),
    ]
)  # fmt: skip
"""Evidence: ``sentence[start:end]``, from the first to the last unit, found as a keyword or a term of this number, adding
the value."""


def ledger_for(n_keywords: int, n_terms: int, n_labels: int) -> Ledger:
    """Return room for the sums of a model of this size."""
    labels = np.zeros(n_labels, dtype=LABEL_SUM)
    labels["odds"] = -np.inf
    return Ledger(
        np.zeros(n_keywords, dtype=np.int32),
        np.zeros(n_terms, dtype=TERM_SUM),
        np.empty(n_terms, dtype=np.int32),
        np.empty(n_labels),
        labels,
        np.empty(n_labels, dtype=np.int32),
        np.empty(n_labels, dtype=np.int32),
        np.empty(n_labels, dtype=np.int32),
    )


@compiled
def weigh_terms(hits: Records, count: int, keys: Keys, ledger: Ledger) -> tuple[int, float]:
    """Write the terms found and their TF-IDF values; return how many there are, and what they add to a score at most."""
    terms, found = ledger.terms, ledger.found
    n_terms = 0
    square = reach = 0.0
    for i in range(count):
        if not hits[U(i)].use & IS_TERM:
            continue
        card = keys.cards[U(hits[U(i)].key)]
        term = terms[U(card.term)]
        if term.times == 0:
            found[U(n_terms)] = card.term
            n_terms += 1
            term.value = 0.0
        term.times += 1
        value = card.idf if term.times == 1 else card.idf * (1.0 + math.log(term.times))
        square += (value - term.value) * (value + term.value)
        reach += (value - term.value) * card.strongest
        term.value = value
    if n_terms == 0:
        return 0, 0.0
    scale = 1.0 / math.sqrt(square)
    for i in range(n_terms):
        terms[U(found[U(i)])].value *= scale
    return n_terms, reach * scale


@compiled
def add_up(counting: Records, n_counting: int, n_terms: int, rules: Rules, sums: Sums, ledger: Ledger) -> None:
    """Write the scores of all labels."""
    scores, times = ledger.scores, ledger.keyword_times
    for label in range(len(scores)):
        scores[U(label)] = sums.biases[U(label)]
    for hit in range(n_counting):
        rule = rules.rules[U(counting[U(hit)].key)]
        times[U(rule.number)] += 1
        if times[U(rule.number)] == 1:
            scores[U(rule.label)] += rule.value
    for i in range(n_terms):
        term = ledger.found[U(i)]
        value = ledger.terms[U(term)].value
        for place in range(sums.terms[U(term)].row, sums.terms[U(term)].row_end):
            weight = sums.weights[U(place)]
            scores[U(weight.label)] += weight.value * value


@compiled
def rise(choices: Choices, sums: Sums, ledger: Ledger) -> int:
    """Write the labels that are high enough for an answer and those above them; return how many there are.

    What is not high enough changes no answer.
    """
    scores, enough, labels = ledger.scores, choices.enough, ledger.labels
    any_high = False
    for label in range(len(scores)):
        any_high |= scores[U(label)] >= enough[U(label)]
    n_high = 0
    if any_high:
        for label in range(len(scores) - 1, -1, -1):
            if labels[U(label)].mark or scores[U(label)] >= enough[U(label)]:
                labels[U(label)].mark = HIGH
                ledger.high[U(n_high)] = label
                n_high += 1
                above = sums.labels[U(label)].parent
                if above >= 0:
                    labels[U(above)].mark = HIGH
    return n_high


@compiled
def clear(counting: Records, n_counting: int, n_terms: int, n_high: int, rules: Rules, ledger: Ledger) -> None:
    """Make the ledger ready for the next sentence."""
    for hit in range(n_counting):
        ledger.keyword_times[U(rules.rules[U(counting[U(hit)].key)].number)] = 0
    for i in range(n_terms):
        ledger.terms[U(ledger.found[U(i)])].times = 0
    for i in range(n_high):
        own = ledger.labels[U(ledger.high[U(i)])]
        own.mark, own.odds = 0, -np.inf


@compiled
def weigh_labels(n_high: int, sums: Sums, ledger: Ledger) -> None:
    """Write the log odds of the labels that are high enough; a label is never less likely than a label under it."""
    for i in range(n_high):
        label = ledger.high[U(i)]
        own, known = ledger.labels[U(label)], sums.labels[U(label)]
        best, via = known.slope * ledger.scores[U(label)] + known.offset, label
        if own.odds > -np.inf and _is_likelier(own.odds, best):  # of the labels below it
            best, via = own.odds, own.via
        own.odds, own.via = best, via
        if known.parent >= 0:
            above = ledger.labels[U(known.parent)]
            if above.odds == -np.inf or _is_likelier(best, above.odds):
                above.odds, above.via = best, via


@compiled
def probability_of(odds: float) -> float:
    """Return the probability of log odds, as ``Calibration`` does."""
    return 0.5 * (1.0 + math.tanh(0.5 * odds))


@compiled
def _is_likelier(odds: float, others: float) -> bool:
    """Tell whether the probability of some log odds is above that of others; as numbers two of them may be the same."""
    if abs(odds - others) > _HAIR and abs(odds) < _CERTAIN and abs(others) < _CERTAIN:
        return odds > others
    return probability_of(odds) > probability_of(others)


@compiled
def _reaches(odds: float, threshold: float, odds_of_threshold: float) -> bool:
    """Tell whether the probability of log odds is a threshold's or above it."""
    if abs(odds - odds_of_threshold) > _HAIR and abs(odds) < _CERTAIN:
        return odds > odds_of_threshold
    return probability_of(odds) >= threshold


@compiled
def choose(n_high: int, choices: Choices, sums: Sums, ledger: Ledger) -> tuple[int, int]:
    """Write the labels to answer with; return how many are tags, and how many there are with those to review.

    Each are the most specific ones, the likeliest first.
    """
    _mark(n_high, choices, sums, ledger)
    n_tags = _answer(n_high, 0, CLOSED | ABOVE_TAG, CLOSED, choices, ledger)
    n_answers = _answer(n_high, n_tags, REACHED | CLOSED | ABOVE_REVIEW, REACHED, choices, ledger)
    _sort_by_probability(ledger, 0, n_tags)
    _sort_by_probability(ledger, n_tags, n_answers)
    return n_tags, n_answers


@compiled
def _mark(n_high: int, choices: Choices, sums: Sums, ledger: Ledger) -> None:
    """Write what becomes of each label."""
    labels = ledger.labels
    for i in range(n_high):
        label = ledger.high[U(i)]
        choice, odds = choices.labels[U(label)], labels[U(label)].odds
        if _reaches(odds, choice.review_from, choice.review_odds):
            labels[U(label)].mark |= REACHED
            if _reaches(odds, choice.threshold, choice.threshold_odds):
                while label >= 0 and not labels[U(label)].mark & CLOSED:
                    labels[U(label)].mark |= CLOSED
                    label = sums.labels[U(label)].parent
    for i in range(n_high):
        label = ledger.high[U(i)]
        if choices.labels[U(label)].allowed and labels[U(label)].mark & (REACHED | CLOSED):
            above_mark = ABOVE_TAG if labels[U(label)].mark & CLOSED else ABOVE_REVIEW
            above = sums.labels[U(label)].parent
            while above >= 0 and not labels[above].mark & above_mark:
                labels[above].mark |= above_mark
                above = sums.labels[above].parent


@compiled
def _answer(n_high: int, count: int, looked_at: int, wanted: int, choices: Choices, ledger: Ledger) -> int:
    """Write the allowed labels whose marks, of those looked at, are the ones wanted; return how many answers there are."""
    for i in range(n_high - 1, -1, -1):
        label = ledger.high[U(i)]
        if choices.labels[U(label)].allowed and ledger.labels[U(label)].mark & looked_at == wanted:
            ledger.answers[count] = label
            count += 1
    return count


@compiled
def _sort_by_probability(ledger: Ledger, begin: int, end: int) -> None:
    """Bring answers into the order of falling probability; the ones of one probability stay as they are."""
    for i in range(begin + 1, end):
        label = ledger.answers[i]
        probability = np.rint(probability_of(ledger.labels[U(label)].odds) * _PLACES)
        j = i
        while j > begin and np.rint(probability_of(ledger.labels[U(ledger.answers[j - 1])].odds) * _PLACES) < probability:
            ledger.answers[j] = ledger.answers[j - 1]
            j -= 1
        ledger.answers[j] = label


@compiled
def gather(
    n_answers: int,
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
    """Write the evidence for the answers from ``begin`` on, answer by answer, the strongest first; return where it ends.

    Instead of whether it is a term, a piece says for which answer it is, doubled, and one more for a term; see ``divide``.
    """
    labels = ledger.labels
    for i in range(n_answers):  # an answer rests on one label, but two may rest on the same
        own = labels[U(labels[U(ledger.answers[U(i)])].via)]
        ledger.others[U(i)] = own.answer
        own.answer = i + 1
    end = begin
    for hit in range(n_counting):
        rule = rules.rules[U(counting[U(hit)].key)]
        answer = labels[U(rule.label)].answer
        if answer:
            value = rule.value / ledger.keyword_times[U(rule.number)]
            while answer and value > 0:
                _write(page, counting[U(hit)], value, rule.number, 2 * answer - 2, pieces[U(end)])
                answer = ledger.others[U(answer - 1)]
                end += 1
    for hit in range(count):
        if hits[U(hit)].use & IS_TERM:
            term = np.int64(keys.cards[U(hits[U(hit)].key)].term)
            for place in range(sums.terms[U(term)].row, sums.terms[U(term)].row_end):
                answer = labels[U(sums.weights[U(place)].label)].answer
                if answer:
                    value = sums.weights[U(place)].value * ledger.terms[U(term)].value / ledger.terms[U(term)].times
                    while answer and value >= WEAK_EVIDENCE:
                        _write(page, hits[U(hit)], value, term, 2 * answer - 1, pieces[U(end)])
                        answer = ledger.others[U(answer - 1)]
                        end += 1
    for i in range(n_answers):
        labels[U(labels[U(ledger.answers[U(i)])].via)].answer = 0
    _sort(pieces, begin, end)
    return end


@compiled
def _write(page: Page, hit: Record, value: float, number: int, rank: int, piece: Record) -> None:
    piece.start, piece.end = page.units[U(hit.first)].origin, page.units[U(hit.last)].limit
    piece.first, piece.last = hit.first, hit.last
    piece.value, piece.number, piece.is_term = value, number, rank


@compiled
def _sort(pieces: Records, begin: int, end: int) -> None:
    """Bring evidence into order: keywords first, then by falling value, then by place in the sentence (Shell, 1959)."""
    for gap in _GAPS:
        for i in range(begin + gap, end):
            at = i
            while at - gap >= begin and _is_before(pieces[U(at)], pieces[U(at - gap)]):
                _swap(pieces[U(at)], pieces[U(at - gap)])
                at -= gap


@compiled
def _is_before(piece: Record, other: Record) -> bool:
    """Tell whether a piece of evidence comes before another; units tell where a character gave several of them."""
    if piece.is_term != other.is_term:
        return piece.is_term < other.is_term
    if piece.value != other.value:
        return piece.value > other.value
    if piece.start != other.start:
        return piece.start < other.start
    if piece.end != other.end:
        return piece.end < other.end
    return piece.first < other.first or (piece.first == other.first and piece.last < other.last)


@compiled
def _swap(one: Record, other: Record) -> None:
    one.value, other.value = other.value, one.value
    one.start, other.start = other.start, one.start
    one.end, other.end = other.end, one.end
    one.number, other.number = other.number, one.number
    one.is_term, other.is_term = other.is_term, one.is_term
    one.first, other.first = other.first, one.first
    one.last, other.last = other.last, one.last


@compiled
def divide(pieces: Records, begin: int, end: int, answers: Records, first: int, n_answers: int) -> None:
    """Write where the evidence of each answer ends, and the next one's begins; and whether each piece is a term."""
    at = begin
    for i in range(n_answers):
        while at < end and pieces[U(at)].is_term >> 1 == i:
            pieces[U(at)].is_term &= 1
            at += 1
        answers[U(first + i + 1)].piece = at
