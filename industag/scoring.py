"""Scoring: a text's score for every label is a bias plus the weights of what was found in it, so it can be added up by hand.

score(label, text) = bias(label)
                   + sum of weight(label, keyword)                       over the keywords of the label that count
                   + sum of weight(label, term) x tf-idf(term, text)     over the terms found
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, fields
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from industag.keywords import KeywordHit, KeywordRules
from industag.learned import TermWeight
from industag.matcher import Hit, PhraseMatcher
from industag.taxonomy import Taxonomy
from industag.terms import Vocabulary, tf_idf
from industag.units import Units, split_units

Vector = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Weights:
    """What training finds out, in the order of the taxonomy's labels, the rules' keywords and the vocabulary's terms.

    Attributes:
        bias: Per label, shape (n_labels,).
        keyword: Per keyword, for its own label, shape (n_keywords,).
        row: Where the weights of each term begin in ``label`` and ``term``, shape (n_terms + 1,).
        label: The labels that a term has weights for, shape (n_weights,).
        term: Those weights, shape (n_weights,).
    """

    bias: Vector
    keyword: Vector
    row: NDArray[np.int64]
    label: NDArray[np.int64]
    term: Vector

    def __post_init__(self) -> None:
        for each in fields(self):
            getattr(self, each.name).setflags(write=False)


@dataclass(frozen=True, slots=True)
class Reading:
    """What was found in one text.

    Attributes:
        text: The text.
        units: Its units.
        keywords: The keywords that count.
        terms: The hits of the vocabulary's terms; ``key`` is the number of the term.
    """

    text: str
    units: Units
    keywords: list[KeywordHit]
    terms: list[Hit]

    def span(self, first: int, last: int) -> tuple[int, int]:
        """Return where the units from ``first`` to ``last`` stand in the text."""
        return self.units.origins[first], self.units.limits[last]


@dataclass(frozen=True, slots=True)
class Contribution:
    """What one place in a text adds to a score: ``text[start:end]`` is the evidence, ``term`` what it was found as."""

    start: int
    end: int
    kind: Literal["keyword", "term"]
    term: str
    value: float


class Reader:
    """Finds keywords and terms in texts, in one pass.

    Attributes:
        rules: The keywords with their rules.
        vocabulary: The terms.
        term_of_key: For each of ``keys`` the number of the term that it is, or -1.
    """

    def __init__(self, rules: KeywordRules, vocabulary: Vocabulary) -> None:
        self.rules = rules
        self.vocabulary = vocabulary
        known = set(rules.keys)
        keys = [*rules.keys, *(key for key in vocabulary.keys if key not in known)]
        self._matcher = PhraseMatcher(keys)
        term_number = {key: number for number, key in enumerate(vocabulary.keys)}
        self.term_of_key = [term_number.get(key, -1) for key in keys]

    @property
    def keys(self) -> tuple[str, ...]:
        """The keys to look for: the rules' keys first, then the terms that are none of them."""
        return self._matcher.keys

    def read(self, text: str, units: Units | None = None) -> Reading:
        """Return what is found in the text; its units may be given where they are known."""
        units = split_units(text) if units is None else units
        hits = self._matcher.find(units)
        term_of_key, n_rule_keys = self.term_of_key, len(self.rules.keys)
        terms = [Hit(term, hit.first, hit.last) for hit in hits if (term := term_of_key[hit.key]) >= 0]
        rule_hits = [hit for hit in hits if hit.key < n_rule_keys]
        return Reading(text, units, self.rules.apply(text, units, rule_hits), terms)

    def term_values(self, reading: Reading) -> tuple[NDArray[np.int64], Vector]:
        """Return the numbers of the terms found, ascending, and their TF-IDF values."""
        counts = Counter(hit.key for hit in reading.terms)
        numbers = np.array(sorted(counts), dtype=np.int64)
        occurrences = np.array([counts[int(number)] for number in numbers], dtype=np.int64)
        return numbers, tf_idf(occurrences, self.vocabulary.idf[numbers])


class Scorer:
    """Scores texts for every label of a taxonomy; it never changes, so threads can share it."""

    def __init__(self, taxonomy: Taxonomy, reader: Reader, weights: Weights) -> None:
        self.taxonomy = taxonomy
        self.reader = reader
        self.rules = reader.rules
        self.vocabulary = reader.vocabulary
        self.weights = weights

    def read(self, text: str) -> Reading:
        """Return what is found in the text."""
        return self.reader.read(text)

    def scores(self, reading: Reading) -> Vector:
        """Return the score of every label, any real number, shape (n_labels,)."""
        weights = self.weights
        scores: Vector = weights.bias.copy()
        for keyword in {hit.keyword for hit in reading.keywords}:
            scores[self.rules.rules[keyword].label] += weights.keyword[keyword]
        numbers, values = self.reader.term_values(reading)
        if len(numbers):
            begins, ends = weights.row[numbers], weights.row[numbers + 1]
            lengths = ends - begins
            places = np.repeat(begins - np.concatenate(([0], np.cumsum(lengths)[:-1])), lengths) + np.arange(lengths.sum())
            added = weights.term[places] * np.repeat(values, lengths)
            scores += np.bincount(weights.label[places], weights=added, minlength=len(scores))
        return scores

    def term_weights(self, least: float = 0.0) -> list[TermWeight]:
        """Return the weights of terms that are ``least`` or more in size, by label and term."""
        weights, vocabulary = self.weights, self.vocabulary
        term = np.repeat(np.arange(len(vocabulary.keys)), np.diff(weights.row))
        places = [place for place in np.lexsort((term, weights.label)) if abs(weights.term[place]) >= least]
        return [
            TermWeight(
                self.taxonomy.ids[weights.label[place]],
                vocabulary.keys[term[place]],
                float(vocabulary.idf[term[place]]),
                float(weights.term[place]),
            )
            for place in places
        ]

    def contributions(self, reading: Reading, label: int) -> list[Contribution]:
        """Return what each place in the text adds to the label's score, in text order.

        Together with the label's bias they add up to its score. What stands several times is shared out evenly.
        """
        found = [*self._keyword_contributions(reading, label), *self._term_contributions(reading, label)]
        return sorted(found, key=lambda each: (each.start, each.end, each.kind))

    def _keyword_contributions(self, reading: Reading, label: int) -> Iterator[Contribution]:
        times = Counter(hit.keyword for hit in reading.keywords)
        for hit in reading.keywords:
            rule = self.rules.rules[hit.keyword]
            if rule.label == label:
                value = float(self.weights.keyword[hit.keyword]) / times[hit.keyword]
                yield Contribution(*reading.span(hit.first, hit.last), "keyword", rule.term, value)

    def _term_contributions(self, reading: Reading, label: int) -> Iterator[Contribution]:
        numbers, values = self.reader.term_values(reading)
        times = Counter(hit.key for hit in reading.terms)
        row, labels = self.weights.row, self.weights.label
        shares: dict[int, float] = {}
        for number, value in zip(numbers.tolist(), values.tolist(), strict=True):
            for place in range(int(row[number]), int(row[number + 1])):
                if labels[place] == label:
                    shares[number] = float(self.weights.term[place]) * value / times[number]
        for hit in reading.terms:
            if hit.key in shares:
                yield Contribution(
                    *reading.span(hit.first, hit.last), "term", self.vocabulary.keys[hit.key], shares[hit.key]
                )


def add_up(bias: float, contributions: list[Contribution]) -> float:
    """Return the score that a bias and contributions make."""
    return math.fsum([bias, *(each.value for each in contributions)])
