"""A model as tables: from a ``Scorer`` and a ``Calibration``."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from itertools import chain
from typing import Any

import numpy as np
from numpy.typing import NDArray

from industag.calibration import Calibration
from industag.kernel.key_table import begins_of, keys_of, turned
from industag.kernel.tables import CHOICE, LABEL, RULE, RULE_LISTS, TERM, WEIGHT, Choices, Rules, Sums, Tables
from industag.keywords import Rule
from industag.scoring import Scorer

Records = NDArray[Any]

_NEVER = 1e-12
"""Any probability is as good as above this one."""
_MARGIN, _ROUNDING = 1e-6, 1e-15
"""Log odds are so exact, and probabilities are."""


def tables_of(scorer: Scorer, calibration: Calibration) -> Tables:
    """Return the tables of a model."""
    lists: dict[tuple[int, ...], int] = {(): 0}
    under = turned((rule.keys for rule in scorer.rules.rules), len(scorer.reader.keys))
    ruling = _rules(scorer.rules.rules, scorer.weights.keyword, under, lists)
    return Tables(keys_of(scorer, ruling.rules, under, lists), ruling, _sums(scorer, calibration))


def _codes(text: str) -> NDArray[np.uint32]:
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)


def _rules(
    rules: Sequence[Rule], values: NDArray[np.float64], under: Sequence[Sequence[int]], lists: dict[tuple[int, ...], int]
) -> Rules:
    """Return the rules of the keywords under each key, and number the lists of keys in them."""

    def listed(keys: Collection[int]) -> int:
        return lists.setdefault(tuple(sorted(keys)), len(lists))

    records = np.zeros(len(rules), dtype=RULE)
    spelled = begins_of([len(rule.spellings) for rule in rules])
    records["spelled"], records["spelled_end"] = spelled[:-1], spelled[1:]
    for name in RULE_LISTS:
        records[name] = [listed(getattr(rule, name)) for rule in rules]
    records["number"] = np.arange(len(rules))
    records["label"] = [rule.label for rule in rules]
    records["plain"] = [rule.is_plain for rule in rules]
    records["tight"] = [rule.tight for rule in rules]
    records["rank"] = [rule.weight for rule in rules]
    records["value"] = values
    spellings = [spelling for rule in rules for spelling in rule.spellings]
    by_key = records[np.fromiter(chain.from_iterable(under), dtype=np.int64)]
    return Rules(by_key, begins_of([len(spelling) for spelling in spellings]), _codes("".join(spellings)), len(rules))


def _sums(scorer: Scorer, calibration: Calibration) -> Sums:
    weights = scorer.weights
    terms = np.zeros(len(scorer.vocabulary.idf), dtype=TERM)
    terms["row"], terms["row_end"] = weights.row[:-1], weights.row[1:]
    weighed = np.zeros(len(weights.term), dtype=WEIGHT)
    weighed["value"], weighed["label"] = weights.term, weights.label
    column = {label: number for number, label in enumerate(scorer.taxonomy.ids)}
    labels = np.zeros(len(column), dtype=LABEL)
    labels["parent"] = [-1 if label.parent is None else column[label.parent] for label in scorer.taxonomy]
    labels["slope"], labels["offset"] = calibration.slope, calibration.offset
    return Sums(terms, weighed, weights.bias.astype(np.float64), labels)


def choices_of(
    sums: Sums, threshold: NDArray[np.float64], review_from: NDArray[np.float64], allowed: NDArray[np.bool_]
) -> Choices:
    """Return the choices that thresholds and the allowed labels make, for a model's sums."""
    lowest = _lowest(sums.labels["parent"], threshold, review_from)
    reachable = np.clip(lowest, _NEVER, 1 - _NEVER)
    margin = _MARGIN + _ROUNDING / (reachable * (1 - reachable))
    enough = (_log_odds_of(reachable) - margin - sums.labels["offset"]) / sums.labels["slope"]
    enough[lowest <= _NEVER] = -np.inf
    choices = np.zeros(len(lowest), dtype=CHOICE)
    choices["threshold"], choices["threshold_odds"] = threshold, _log_odds_of(threshold)
    choices["review_from"], choices["review_odds"] = review_from, _log_odds_of(review_from)
    choices["allowed"] = allowed
    return Choices(enough, choices, float(np.min(enough - sums.biases, initial=np.inf)))


def _lowest(
    parents: NDArray[np.int64], threshold: NDArray[np.float64], review_from: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return for each label the probability below which it changes no answer.

    A label is answered with from its own ``review_from`` on, or because one below it is a tag, whose threshold may be lower;
    and its probability is the highest of all below it.
    """
    lowest = threshold.copy()
    for number in reversed(range(len(parents))):
        if parents[number] >= 0:
            lowest[parents[number]] = min(lowest[parents[number]], lowest[number])
    lowest = np.minimum(lowest, review_from)
    for number, above in enumerate(parents):
        if above >= 0:
            lowest[number] = min(lowest[number], lowest[above])
    return lowest


def _log_odds_of(probabilities: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the log odds of probabilities in [0, 1]; what is above 1 is never reached."""
    probabilities = np.minimum(probabilities, 1.0)
    with np.errstate(divide="ignore"):
        log_odds: NDArray[np.float64] = np.log(probabilities) - np.log1p(-probabilities)
    return log_odds
