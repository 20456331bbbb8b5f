"""Harvest: what unlabelled text says about the taxonomy's keywords, and which further terms go with each label.

Sentences are labelled by their keywords; then the words around the keywords are counted, the keywords themselves left out
(so that what is learned is the context and not the seed: Dong et al., EMNLP 2023). A term goes with a label when its log
odds there, with a weak prior, are high and sure (Monroe, Colaresi and Quinn 2008).
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations

from industag.keywords import KeywordHit, KeywordRules, compile_rules
from industag.learned import LearnedTerm
from industag.matcher import PhraseMatcher, term_keys
from industag.sentences import split_sentences
from industag.taxonomy import Taxonomy
from industag.terms import candidate_places, candidate_terms, unit_kind
from industag.units import BREAK, Units, split_units

TERMS_PER_LABEL = 40
_FEWEST = 10
_LEAST_ODDS = 2.0
_LEAST_SURENESS = 4.0
_LEAST_SHARE = 0.2
_ENOUGH_HITS = 50
_OVERLAP = 0.3
_FRAGMENT = 0.6


@dataclass(frozen=True, slots=True)
class Proposal:
    """A term that goes with a label, for a person to judge.

    Attributes:
        term: The term, joined, with its counts.
        odds: Its log odds with the label against without it, > 0.
        example: A sentence that holds it.
    """

    term: LearnedTerm
    odds: float
    example: str


@dataclass(frozen=True, slots=True)
class DoubtfulKeyword:
    """A keyword that stands alone more often than its label's others, and so may mean something else.

    Attributes:
        label: Its label.
        term: The keyword.
        hits: In how many sentences it counts.
        supported: In which share of them another keyword of its label or field counts too.
        usual: The same share for all keywords of the label.
    """

    label: str
    term: str
    hits: int
    supported: float
    usual: float


@dataclass(frozen=True, slots=True)
class Overlap:
    """Two labels that stand together in a large share of the rarer one's sentences."""

    first: str
    second: str
    together: int
    share: float


@dataclass(frozen=True, slots=True)
class Harvest:
    """What was found.

    Attributes:
        sentences: How many sentences were read.
        proposals: The terms that go with each label, by label and falling sureness.
        known: The terms known before, counted in these texts.
        silent: Label and term of each keyword that never counts.
        doubtful: The keywords whose contexts differ from those of their label's others.
        overlaps: The labels that often stand together.
    """

    sentences: int
    proposals: tuple[Proposal, ...]
    known: tuple[LearnedTerm, ...]
    silent: tuple[tuple[str, str], ...]
    doubtful: tuple[DoubtfulKeyword, ...]
    overlaps: tuple[Overlap, ...]


def harvest(taxonomy: Taxonomy, texts: Callable[[], Iterable[str]], known: Sequence[LearnedTerm] = ()) -> Harvest:
    """Return what texts without labels say.

    Args:
        taxonomy: The labels and their keywords.
        texts: Called twice, it must give the same texts each time.
        known: Terms learned before, which count like keywords; they are counted again, and not proposed.
    """
    rules = compile_rules(taxonomy, known)
    counts = _Counts(taxonomy, rules)
    matcher = PhraseMatcher(rules.keys)
    for sentence in _sentences(texts()):
        units = split_units(sentence)
        counts.take(units, rules.apply(sentence, units, matcher.find(units)))
    candidates = counts.candidates()
    in_all: Counter[str] = Counter()
    examples: dict[str, str] = {}
    beside = _Beside()
    for sentence in _sentences(texts()):
        for term in beside.take(split_units(sentence), candidates):
            in_all[term] += 1
            examples.setdefault(term, sentence)
    whole = {term: count for term, count in in_all.items() if not beside.is_fragment(term)}
    return Harvest(
        counts.n_sentences,
        counts.proposals(whole, examples),
        tuple(counts.recounted(known)),
        counts.silent(),
        counts.doubtful(),
        counts.overlaps(),
    )


def _sentences(texts: Iterable[str]) -> Iterator[str]:
    for text in texts:
        for span in split_sentences(text):
            yield text[span.start : span.end]


class _Counts:
    """What is counted in the first pass."""

    def __init__(self, taxonomy: Taxonomy, rules: KeywordRules) -> None:
        self._taxonomy = taxonomy
        self._rules = rules
        self._ids = taxonomy.ids
        self._field = {
            label: taxonomy.ancestors(label)[-2] if len(taxonomy.ancestors(label)) > 1 else label for label in self._ids
        }
        self._keys = [
            frozenset(key for rule in rules.rules for key in rule.keys if rule.label == n) for n in range(len(taxonomy))
        ]
        self.n_sentences = 0
        self._with_label: Counter[int] = Counter()
        self._terms: defaultdict[int, Counter[str]] = defaultdict(Counter)
        self._hits: Counter[int] = Counter()
        self._supported: Counter[int] = Counter()
        self._beside: Counter[int] = Counter()
        self._together: Counter[tuple[int, int]] = Counter()

    def take(self, units: Units, found: list[KeywordHit]) -> None:
        """Count one sentence."""
        self.n_sentences += 1
        if not found:
            return
        rules = self._rules.rules
        sums: Counter[int] = Counter()
        for keyword in {hit.keyword for hit in found}:
            sums[rules[keyword].label] += rules[keyword].weight  # type: ignore[assignment]
        labels = sorted(label for label, total in sums.items() if total >= 1.0)
        self._take_keywords(found)
        self._with_label.update(labels)
        self._together.update(combinations(labels, 2))
        if labels:
            around = set(candidate_terms(without(units, found)))
            for label in labels:
                self._terms[label].update(around)

    def _take_keywords(self, found: list[KeywordHit]) -> None:
        """Count each keyword, and whether another one of its label or of its field stands in the sentence too."""
        rules = self._rules.rules
        labels = Counter(rules[k].label for k in {hit.keyword for hit in found})
        fields = Counter(self._field[self._ids[rules[k].label]] for k in {hit.keyword for hit in found})
        for keyword in {hit.keyword for hit in found}:
            self._hits[keyword] += 1
            self._beside[keyword] += labels[rules[keyword].label] > 1
            self._supported[keyword] += fields[self._field[self._ids[rules[keyword].label]]] > 1

    def candidates(self) -> set[str]:
        """Return the terms that stand often enough beside some label's keywords."""
        return {term for counts in self._terms.values() for term, count in counts.items() if count >= _FEWEST}

    def proposals(self, in_all: Mapping[str, int], examples: Mapping[str, str]) -> tuple[Proposal, ...]:
        """Return the terms that go with each label, of those for which it is given in how many sentences each stands.

        Of terms that hold a surer one, nothing is said.
        """
        found: list[Proposal] = []
        for label in range(len(self._ids)):
            total = self._with_label[label]
            known = {self._rules.keys[key] for key in self._keys[label]}
            ranked = []
            for term, count in self._terms[label].items():
                if count < _FEWEST or term not in in_all or any(term in key for key in known):
                    continue
                odds, sureness = _log_odds((count, total), (in_all[term] - count, self.n_sentences - total))
                if odds >= _LEAST_ODDS and sureness >= _LEAST_SURENESS and count >= _LEAST_SHARE * in_all[term]:
                    ranked.append((-sureness, term, count, odds))
            surer: list[str] = []
            for _, term, count, odds in sorted(ranked):
                if len(surer) == TERMS_PER_LABEL or any(each in term for each in surer):
                    continue
                surer.append(term)
                learned = LearnedTerm(self._ids[label], term, count, in_all[term])
                found.append(Proposal(learned, odds, examples.get(term, "")))
        return tuple(found)

    def recounted(self, known: Iterable[LearnedTerm]) -> Iterator[LearnedTerm]:
        """Yield terms with the counts of these texts; one that is a keyword too is no learned term any more."""
        number = {(self._ids[rule.label], rule.term): n for n, rule in enumerate(self._rules.rules)}
        keywords = {
            (label.id, key) for label in self._taxonomy for keyword in label.all_keywords for key in term_keys(keyword.term)
        }
        for each in known:
            n = number.get((each.label, each.term))
            if n is not None and not any((each.label, key) in keywords for key in term_keys(each.term)):
                yield replace(each, with_label=self._beside[n], in_all=self._hits[n])

    def silent(self) -> tuple[tuple[str, str], ...]:
        """Return the keywords that never counted."""
        return tuple((self._ids[rule.label], rule.term) for n, rule in enumerate(self._rules.rules) if not self._hits[n])

    def doubtful(self) -> tuple[DoubtfulKeyword, ...]:
        """Return the frequent keywords that stand alone much more often than their label's others."""
        hits: Counter[int] = Counter()
        supported: Counter[int] = Counter()
        for n, count in self._hits.items():
            label = self._rules.rules[n].label
            hits[label] += count
            supported[label] += self._supported[n]
        found = []
        for n, count in self._hits.items():
            rule = self._rules.rules[n]
            share, usual = self._supported[n] / count, supported[rule.label] / hits[rule.label]
            if count >= _ENOUGH_HITS and share < 0.4 * usual:
                found.append(DoubtfulKeyword(self._ids[rule.label], rule.term, count, round(share, 3), round(usual, 3)))
        return tuple(sorted(found, key=lambda each: (-each.hits, each.label, each.term)))

    def overlaps(self) -> tuple[Overlap, ...]:
        """Return the pairs of labels, neither above the other, that stand together in much of the rarer one's sentences."""
        found = []
        for (a, b), together in self._together.items():
            rarer = min(self._with_label[a], self._with_label[b])
            first, second = self._ids[a], self._ids[b]
            related = first in self._taxonomy.ancestors(second) or second in self._taxonomy.ancestors(first)
            if not related and rarer >= _ENOUGH_HITS and together >= _OVERLAP * rarer:
                found.append(Overlap(first, second, together, round(together / rarer, 3)))
        return tuple(sorted(found, key=lambda each: (-each.share, each.first, each.second)))


class _Beside:
    """What stands right before and right behind terms, to tell words from fragments of words."""

    def __init__(self) -> None:
        self._counts: Counter[str] = Counter()
        self._before: defaultdict[str, Counter[str]] = defaultdict(Counter)
        self._behind: defaultdict[str, Counter[str]] = defaultdict(Counter)

    def take(self, units: Units, terms: Container[str]) -> set[str]:
        """Count what stands beside some terms in a sentence; return which of them stand there."""
        joined, starts, ends = units.joined, units.starts, units.ends
        found = set()
        for first, last in candidate_places(units):
            term = joined[starts[first] : ends[last]]
            if term in terms:
                found.add(term)
                if unit_kind(joined[starts[first]]) == "character":
                    self._counts[term] += 1
                    self._before[term][joined[starts[first] - 1 : starts[first]]] += 1
                    self._behind[term][joined[ends[last] : ends[last] + 1]] += 1
        return found

    def is_fragment(self, term: str) -> bool:
        """Tell whether the same character nearly always stands before a Chinese term, or behind it: it is cut out of a word.

        That many different ones do is a mark of words (Feng et al., Computational Linguistics 2004).
        """
        return any(
            beside not in ("", BREAK) and count > _FRAGMENT * self._counts[term]
            for counts in (self._before, self._behind)
            for beside, count in counts.get(term, Counter()).most_common(1)
        )


def without(units: Units, found: Iterable[KeywordHit]) -> Units:
    """Return the units outside the keywords, those on either side of a keyword kept apart.

    >>> units = split_units("cheap solar cells sell")
    >>> sorted(candidate_terms(without(units, [KeywordHit(0, 1, 2)])))
    ['cheap', 'sell']
    """
    covered = {place for hit in found for place in range(hit.first, hit.last + 1)}
    kept = [place for place in range(len(units)) if place not in covered]
    columns = [[column[place] for place in kept] for column in (units.starts, units.ends, units.origins, units.limits)]
    return Units(units.joined, *columns)


def _log_odds(inside: tuple[int, int], outside: tuple[int, int]) -> tuple[float, float]:
    """Return the log odds ratio of counts out of totals, with half a count added to each, and its z score."""
    (a, n), (b, m) = inside, outside
    a_yes, a_no, b_yes, b_no = a + 0.5, n - a + 0.5, max(b, 0) + 0.5, max(m - b, 0) + 0.5
    odds = math.log(a_yes / a_no) - math.log(b_yes / b_no)
    return odds, odds / math.sqrt(1 / a_yes + 1 / a_no + 1 / b_yes + 1 / b_no)
