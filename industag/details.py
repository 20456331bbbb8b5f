"""What lies behind the figures of an evaluation: labels, sources, probabilities, confusions."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from industag.evaluation import Judged, Quality, judge, quality
from industag.labelled import LabelledText
from industag.taxonomy import Taxonomy

NOTHING = "(nothing)"
_NO_SOURCE = "(no source)"
_EDGES = (0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 1.0)
_FEW = 50
"""With fewer answers than this, what happened says little of a probability."""


@dataclass(frozen=True, slots=True)
class LabelQuality:
    """How often a label was right.

    Attributes:
        label: The label.
        right: In how many texts it was given and right.
        wrong: In how many it was given and wrong.
        missed: In how many it was right and not given.
    """

    label: str
    right: int
    wrong: int
    missed: int

    @property
    def precision(self) -> tuple[float, float, float]:
        """The share of its answers that are right, and the ends of the 95 % interval."""
        return proportion(self.right, self.right + self.wrong)

    @property
    def recall(self) -> tuple[float, float, float]:
        """The share of its texts that it was given to, and the ends of the 95 % interval."""
        return proportion(self.right, self.right + self.missed)


@dataclass(frozen=True, slots=True)
class Bin:
    """The answers whose probability lies in [low, high): how many, their mean probability, and the share that is right."""

    low: float
    high: float
    answers: int
    mean: float
    right: float


@dataclass(frozen=True, slots=True)
class Confusion:
    """A label that was right and the one given in its place, either of them perhaps ``NOTHING``, with an example."""

    right: str
    given: str
    times: int
    example: str


def proportion(part: int, whole: int) -> tuple[float, float, float]:
    """Return part / whole and its 95 % interval (Wilson, 1927); zeros and ones where there is nothing.

    >>> [round(x, 2) for x in proportion(9, 10)]
    [0.9, 0.6, 0.98]
    """
    if not whole:
        return 0.0, 0.0, 1.0
    z = 1.96
    share = part / whole
    middle = (share + z * z / (2 * whole)) / (1 + z * z / whole)
    reach = z * math.sqrt(share * (1 - share) / whole + z * z / (4 * whole * whole)) / (1 + z * z / whole)
    return share, max(0.0, middle - reach), min(1.0, middle + reach)


def judged_texts(gold: Sequence[LabelledText], predicted: Sequence[Sequence[str]], taxonomy: Taxonomy) -> list[Judged]:
    """Return the comparison of each text, every label counted with its ancestors."""
    return [judge(text, labels, taxonomy, "class") for text, labels in zip(gold, predicted, strict=True)]


def by_label(judged: Sequence[Judged], taxonomy: Taxonomy) -> list[LabelQuality]:
    """Return how good each label is that occurs, in the order of the taxonomy."""
    counts: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for each in judged:
        for label in each.right | each.predicted:
            what = "wrong" if label not in each.right else "missed" if label not in each.predicted else "right"
            counts[label][what] += 1
    return [
        LabelQuality(label, counts[label]["right"], counts[label]["wrong"], counts[label]["missed"])
        for label in taxonomy.ids
        if label in counts
    ]


def by_source(gold: Sequence[LabelledText], judged: Sequence[Judged]) -> dict[str, Quality]:
    """Return the quality of the texts of each source, those with most texts first."""
    sources: defaultdict[str, list[Judged]] = defaultdict(list)
    for text, each in zip(gold, judged, strict=True):
        sources[text.source or _NO_SOURCE].append(each)
    return {source: quality(sources[source]) for source in sorted(sources, key=lambda s: (-len(sources[s]), s))}


def reliability(
    gold: Sequence[LabelledText], scores: Sequence[Mapping[str, float]], taxonomy: Taxonomy
) -> tuple[float, list[Bin]]:
    """Return the expected calibration error of the probabilities from 0.05 on, and the table that it comes from.

    The error is the mean of |mean probability - share right| over the bins, weighed by answers (Naeini et al. 2015).
    """
    answers: defaultdict[int, list[tuple[float, bool]]] = defaultdict(list)
    for text, each in zip(gold, scores, strict=True):
        right = taxonomy.close(text.labels)
        doubtful = taxonomy.close(text.maybe) - right
        for label, probability in each.items():
            if probability >= _EDGES[0] and label not in doubtful:
                place = next(n for n, edge in enumerate(_EDGES[1:]) if probability < edge or edge == _EDGES[-1])
                answers[place].append((probability, label in right))
    bins = [
        Bin(_EDGES[n], _EDGES[n + 1], len(each), sum(p for p, _ in each) / len(each), sum(r for _, r in each) / len(each))
        for n, each in sorted(answers.items())
    ]
    total = sum(each.answers for each in bins)
    error = sum(each.answers * abs(each.mean - each.right) for each in bins) / total if total else 0.0
    return error, bins


def confusions(
    gold: Sequence[LabelledText], judged: Sequence[Judged], taxonomy: Taxonomy, most: int = 10
) -> list[Confusion]:
    """Return the pairs of a missed label and one given in the same text that occur most often."""
    times: Counter[tuple[str, str]] = Counter()
    examples: dict[tuple[str, str], str] = {}
    for text, each in zip(gold, judged, strict=True):
        missed = taxonomy.most_specific(each.right - each.predicted) or {NOTHING}
        wrong = taxonomy.most_specific(each.predicted - each.right) or {NOTHING}
        for pair in sorted((a, b) for a in missed for b in wrong if (a, b) != (NOTHING, NOTHING)):
            times[pair] += 1
            examples.setdefault(pair, text.text)
    ranked = sorted(times.items(), key=lambda item: (-item[1], item[0]))[:most]
    return [Confusion(right, given, count, examples[right, given]) for (right, given), count in ranked]


def format_details(
    gold: Sequence[LabelledText],
    predicted: Sequence[Sequence[str]],
    scores: Sequence[Mapping[str, float]],
    taxonomy: Taxonomy,
) -> Iterator[str]:
    """Yield the lines of a report: labels, sources, probabilities, confusions."""
    judged = judged_texts(gold, predicted, taxonomy)
    yield "\nBy label (precision and recall with 95 % intervals)"
    for each in by_label(judged, taxonomy):
        (p, p_low, p_high), (r, r_low, r_high) = each.precision, each.recall
        indent = "  " * len(taxonomy.ancestors(each.label))
        figures = f"P {p:.2f} ({p_low:.2f}-{p_high:.2f})  R {r:.2f} ({r_low:.2f}-{r_high:.2f})"
        yield f"{each.right + each.missed:5d} texts  {figures}  {indent}{each.label}"
    yield "\nBy source (every label with those above it)"
    for source, q in by_source(gold, judged).items():
        figures = f"P {q.precision:.2f}  R {q.recall:.2f}  F1 {q.f1:.2f} ({q.low:.2f}-{q.high:.2f})"
        nothing = not any(
            each.right for text, each in zip(gold, judged, strict=True) if (text.source or _NO_SOURCE) == source
        )
        yield f"{q.texts:5d} texts  {'carry no label' if nothing else figures}  {source}"
    error, bins = reliability(gold, scores, taxonomy)
    yield f"\nProbabilities from 0.05 on: expected calibration error {error:.3f}"
    for each_bin in bins:
        note = "" if each_bin.answers >= _FEW else "  (few)"
        told = f"told {each_bin.mean:.3f}  was {each_bin.right:.3f}"
        yield f"  {each_bin.low:.2f}-{each_bin.high:.2f}  {each_bin.answers:6d} answers  {told}{note}"
    yield "\nMost frequent confusions: right -> given"
    for confusion in confusions(gold, judged, taxonomy):
        yield f"{confusion.times:4d}  {confusion.right} -> {confusion.given}"
        yield f"      {' '.join(confusion.example.split())[:200]}"
