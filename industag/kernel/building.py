"""A model as tables: from a ``Scorer`` and a ``Calibration``."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from industag.calibration import Calibration, probabilities_of
from industag.kernel.key_table import begins_of, keys_of
from industag.kernel.tables import CHOICE, LABEL, RULE, TERM, WEIGHT, Choices, Rules, Sums, Tables
from industag.keywords import Rule
from industag.scoring import Scorer

Records = NDArray[Any]


def tables_of(scorer: Scorer, calibration: Calibration) -> Tables:
    """Return the tables of a model."""
    lists: dict[tuple[int, ...], int] = {(): 0}
    ruling = _rules(scorer.rules.rules, scorer.weights.keyword, lists)
    return Tables(keys_of(scorer, lists), ruling, _sums(scorer, calibration))


def _codes(text: str) -> NDArray[np.uint32]:
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)


def _rules(rules: Sequence[Rule], values: NDArray[np.float64], lists: dict[tuple[int, ...], int]) -> Rules:
    """Return the rules, and number the lists of keys in them."""

    def listed(keys: Collection[int]) -> int:
        return lists.setdefault(tuple(sorted(keys)), len(lists))

    records = np.zeros(len(rules), dtype=RULE)
    spelled = begins_of([len(rule.spellings) for rule in rules])
    records["spelled"], records["spelled_end"] = spelled[:-1], spelled[1:]
    for name in ("near", "cancelling_near", "cancelling_around"):
        records[name] = [listed(getattr(rule, name)) for rule in rules]
    records["label"] = [rule.label for rule in rules]
    records["plain"] = [rule.is_plain for rule in rules]
    records["tight"] = [rule.tight for rule in rules]
    records["rank"] = [rule.weight for rule in rules]
    records["value"] = values
    spellings = [spelling for rule in rules for spelling in rule.spellings]
    return Rules(records, begins_of([len(spelling) for spelling in spellings]), _codes("".join(spellings)))


def _sums(scorer: Scorer, calibration: Calibration) -> Sums:
    weights = scorer.weights
    terms = np.zeros(len(scorer.vocabulary.idf), dtype=TERM)
    terms["row"], terms["row_end"] = weights.row[:-1], weights.row[1:]
    weighed = np.zeros(len(weights.term), dtype=WEIGHT)
    weighed["value"], weighed["label"] = weights.term, weights.label
    labels, children = _tree(scorer)
    labels["bias"], labels["slope"], labels["offset"] = weights.bias, calibration.slope, calibration.offset
    labels["resting"], labels["resting_via"] = calibration.log_odds(weights.bias), np.arange(len(labels))
    labels["resting_below"] = -np.inf
    for number in reversed(range(len(labels))):
        label, above = labels[number], labels["parent"][number]
        if above >= 0:
            labels["resting_below"][above] = max(labels["resting_below"][above], label["resting"])
        if above >= 0 and label["resting"] > labels["resting"][above]:
            labels["resting"][above], labels["resting_via"][above] = label["resting"], label["resting_via"]
    return Sums(terms, weighed, labels, children)


def _tree(scorer: Scorer) -> tuple[Records, NDArray[np.int32]]:
    """Return records of the labels that say what is above and below each, and the labels below, the last one first."""
    column = {label: number for number, label in enumerate(scorer.taxonomy.ids)}
    labels = np.zeros(len(column), dtype=LABEL)
    labels["parent"] = [-1 if label.parent is None else column[label.parent] for label in scorer.taxonomy]
    below: list[list[int]] = [[] for _ in labels]
    for number in reversed(range(len(labels))):
        if labels["parent"][number] >= 0:
            below[labels["parent"][number]].append(number)
    begins = begins_of([len(children) for children in below])
    labels["child"], labels["child_end"] = begins[:-1], begins[1:]
    return labels, np.array([child for children in below for child in children], dtype=np.int32)


def choices_of(
    sums: Sums, threshold: NDArray[np.float64], review_from: NDArray[np.float64], allowed: NDArray[np.bool_]
) -> Choices:
    """Return the choices that thresholds and the allowed labels make, for a model's sums."""
    lowest = review_from.copy()
    for number, above in enumerate(sums.labels["parent"]):
        if above >= 0:
            lowest[number] = min(lowest[number], lowest[above])
    reachable = np.clip(lowest, 1e-12, 1 - 1e-12)
    choices = np.zeros(len(lowest), dtype=CHOICE)
    choices["enough"] = (_log_odds_of(reachable) - sums.labels["offset"]) / sums.labels["slope"] - 1e-6
    choices["threshold"], choices["threshold_odds"] = threshold, _log_odds_of(threshold)
    choices["review_from"], choices["review_odds"] = review_from, _log_odds_of(review_from)
    choices["allowed"] = allowed
    always = np.flatnonzero(probabilities_of(sums.labels["resting"]) >= review_from).astype(np.int32)
    return Choices(choices, always, float(np.min(choices["enough"] - sums.labels["bias"], initial=np.inf)))


def _log_odds_of(probabilities: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the log odds of probabilities in [0, 1]."""
    with np.errstate(divide="ignore"):
        log_odds: NDArray[np.float64] = np.log(probabilities) - np.log1p(-probabilities)
    return log_odds
