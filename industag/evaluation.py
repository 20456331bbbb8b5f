"""Evaluation: predicted labels against a person's, with bootstrap intervals."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from industag.labelled import LabelledText
from industag.taxonomy import Taxonomy

LEVELS = ("class", "field", "any")
_DRAWS = 1000
Counts = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class Quality:
    """How good predictions are.

    Attributes:
        texts: How many texts were judged.
        precision: The share of the labels given that are right, in [0, 1].
        recall: The share of the right labels that were given, in [0, 1].
        f1: Their harmonic mean, over all texts together (micro).
        low: Lower end of the 95 % bootstrap interval of ``f1``, texts drawn anew.
        high: Upper end.
        macro_f1: The mean of the F1 of each label that occurs.
    """

    texts: int
    precision: float
    recall: float
    f1: float
    low: float
    high: float
    macro_f1: float


@dataclass(frozen=True, slots=True)
class Judged:
    """A text with the right labels and the predicted ones, both closed upwards, cut to a level, "maybe" taken out."""

    right: frozenset[str]
    predicted: frozenset[str]

    @property
    def counts(self) -> Counts:
        """True positives, false positives, false negatives."""
        return (
            len(self.right & self.predicted),
            len(self.predicted - self.right),
            len(self.right - self.predicted),
        )


def judge(gold: LabelledText, predicted: Iterable[str], taxonomy: Taxonomy, level: str) -> Judged:
    """Return the comparison of one text at a level: "class" (every label), "field" (fields and branches) or "any"."""
    right, given = taxonomy.close(gold.labels), taxonomy.close(predicted)
    doubtful = taxonomy.close(gold.maybe) - right
    if level == "field":
        upper = {label.id for label in taxonomy if label.level in ("branch", "field")}
        right, given, doubtful = right & upper, given & upper, doubtful & upper
    if level == "any":
        right, given, doubtful = ({"any"} if labels else set() for labels in (right, given, doubtful))
        doubtful -= right
    return Judged(frozenset(right), frozenset(given - doubtful))


def evaluate(
    gold: Sequence[LabelledText], predicted: Sequence[Iterable[str]], taxonomy: Taxonomy
) -> dict[tuple[str, str], Quality]:
    """Return the quality per group of texts and level; the groups are "all" and each language that occurs."""
    given = [frozenset(labels) for labels in predicted]
    groups: dict[str, Callable[[LabelledText], bool]] = {"all": lambda _: True}
    for language in sorted({text.language for text in gold} - {""}):
        groups[language] = lambda text, language=language: text.language == language  # type: ignore[misc]
    return {
        (name, level): quality(
            [judge(text, labels, taxonomy, level) for text, labels in zip(gold, given, strict=True) if belongs(text)]
        )
        for name, belongs in groups.items()
        for level in LEVELS
    }


def quality(judged: Sequence[Judged]) -> Quality:
    """Return the figures for some judged texts."""
    counts = [each.counts for each in judged]
    right, wrong, missed = (sum(column) for column in zip(*counts, strict=True)) if counts else (0, 0, 0)
    per_label: defaultdict[str, list[int]] = defaultdict(lambda: [0, 0, 0])
    for each in judged:
        for label in each.right | each.predicted:
            place = 1 if label not in each.right else 2 if label not in each.predicted else 0
            per_label[label][place] += 1
    occurring = {label for each in judged for label in each.right}
    low, high = _interval(counts)
    return Quality(
        texts=len(judged),
        precision=right / (right + wrong) if right else 0.0,
        recall=right / (right + missed) if right else 0.0,
        f1=_f1((right, wrong, missed)),
        low=low,
        high=high,
        macro_f1=sum(_f1((a, b, c)) for label, (a, b, c) in per_label.items() if label in occurring)
        / max(1, len(occurring)),
    )


def _f1(counts: Counts) -> float:
    right, wrong, missed = counts
    return 2 * right / (2 * right + wrong + missed) if right else 0.0


def _interval(counts: Sequence[Counts]) -> tuple[float, float]:
    """Return the 95 % bootstrap interval of micro F1; the draws are those of Python's generator with seed 0."""
    if not counts:
        return 0.0, 0.0
    table = np.array(counts, dtype=np.int64)
    # The same Mersenne Twister as random.Random(0), whose choices() takes the floor of n times a uniform number.
    generator = np.random.RandomState([0])
    drawn = sorted(
        _f1(tuple(table[(generator.random_sample(len(table)) * len(table)).astype(np.int64)].sum(axis=0).tolist()))
        for _ in range(_DRAWS)
    )
    return drawn[int(0.025 * _DRAWS)], drawn[int(0.975 * _DRAWS) - 1]


def format_quality(results: dict[tuple[str, str], Quality]) -> str:
    """Return the figures as a table of text."""
    lines = [f"{'':12s} {'texts':>6s} {'P':>6s} {'R':>6s} {'F1':>6s}  {'95 % of F1':13s} {'macro F1':>8s}"]
    lines += [
        f"{group + '.' + level:12s} {q.texts:6d} {q.precision:6.3f} {q.recall:6.3f} {q.f1:6.3f}  "
        f"{q.low:.3f}-{q.high:.3f}   {q.macro_f1:8.3f}"
        for (group, level), q in results.items()
    ]
    return "\n".join(lines)
