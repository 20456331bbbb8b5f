"""Training: taxonomy and labelled texts in, a tagger and its measured quality out."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from industag.calibration import Calibration, calibrate
from industag.classifier import Classifier
from industag.evaluation import Quality, evaluate
from industag.labelled import LabelledText
from industag.tagger import Tagger
from industag.taxonomy import Taxonomy

FOLDS = 4
TARGET_PRECISION = 0.9
ENOUGH = 200
"""With so many texts, something can be measured on them."""


@dataclass(frozen=True, slots=True)
class Trained:
    """What training gives.

    Attributes:
        tagger: The trained tagger.
        seeds: The sentences written for training that were used.
        labelled: The labelled texts of the user's that were used.
        quality: By cross-validation, on the labelled texts if there are enough, or else on the seeds; empty where there
            are too few of both.
    """

    tagger: Tagger
    seeds: tuple[LabelledText, ...]
    labelled: tuple[LabelledText, ...]
    quality: dict[tuple[str, str], Quality]

    @property
    def measured_on(self) -> str:
        """What ``quality`` was measured on: "labelled", "seeds", or "nothing"."""
        return "nothing" if not self.quality else "labelled" if len(self.labelled) >= ENOUGH else "seeds"


def train(
    taxonomy: Taxonomy,
    seeds: Sequence[LabelledText] = (),
    labelled: Sequence[LabelledText] = (),
    classifier: Classifier | None = None,
) -> Trained:
    """Return a tagger trained on keywords and labelled texts; the same input gives the same tagger.

    Quality is measured by cross-validation: each text is scored by a classifier that has not seen it. With 200 labelled
    texts or more, probabilities and thresholds are fitted to those scores. With fewer, a score is taken as a log odds and
    a label is given from a probability of 0.5 on: the seeds were made up, so they cannot tell how likely anything is.

    Args:
        taxonomy: The labels and their keywords.
        seeds: Sentences written for training.
        labelled: Texts such as the tagger will meet, labelled by a person; they overrule equal seeds.
        classifier: Its settings are used; by default the standard ones.
    """
    labelled = _without_repeats(labelled)
    known = {each.text for each in labelled}
    seeds = _without_repeats([each for each in seeds if each.text not in known])
    texts = [*labelled, *seeds]
    settings = {**(classifier or Classifier()).get_params(), "taxonomy": taxonomy}
    scorer = Classifier(**settings).fit([each.text for each in texts], [each.labels for each in texts]).scorer_
    calibration = Calibration.identity(len(taxonomy))
    if len(texts) < ENOUGH:
        return Trained(Tagger(scorer, calibration), seeds, labelled, {})
    scores = _held_out_scores(taxonomy, texts, settings)
    n_measured = len(labelled) if len(labelled) >= ENOUGH else len(texts)
    measured, scores = texts[:n_measured], scores[:n_measured]
    if len(labelled) >= ENOUGH:
        calibration = calibrate(scores, _targets(taxonomy, measured), TARGET_PRECISION)
    tagger = Tagger(scorer, calibration)
    return Trained(tagger, seeds, labelled, _cross_validated(tagger, measured, scores))


def _without_repeats(texts: Sequence[LabelledText]) -> tuple[LabelledText, ...]:
    """Return the texts, of equal ones the last, in an order that depends on them alone."""
    by_text = {each.text: each for each in texts}
    return tuple(by_text[text] for text in sorted(by_text))


def _fold(text: str) -> int:
    """Return the fold of a text, which depends on nothing else."""
    return int.from_bytes(hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()[:4]) % FOLDS


def _held_out_scores(taxonomy: Taxonomy, texts: Sequence[LabelledText], settings: dict[str, Any]) -> NDArray[np.float64]:
    """Return the scores of each text by a classifier trained without it, shape (n_texts, n_labels)."""
    folds = np.array([_fold(each.text) for each in texts])
    scores = np.zeros((len(texts), len(taxonomy)))
    for fold in range(FOLDS):
        held_out = np.flatnonzero(folds == fold).tolist()
        others = [texts[row] for row in np.flatnonzero(folds != fold).tolist()]
        partial = Classifier(**settings).fit([each.text for each in others], [each.labels for each in others])
        scores[held_out] = partial.decision_function([texts[row].text for row in held_out])
    return scores


def _targets(taxonomy: Taxonomy, texts: Sequence[LabelledText]) -> NDArray[np.float64]:
    """Return 1 where a text carries a label, itself or through one below it, shape (n_texts, n_labels)."""
    return np.array(
        [[label in closed for label in taxonomy.ids] for closed in (taxonomy.close(t.labels) for t in texts)], float
    )


def _cross_validated(
    tagger: Tagger, texts: Sequence[LabelledText], scores: NDArray[np.float64]
) -> dict[tuple[str, str], Quality]:
    """Return the quality of the answers that the held-out scores give."""
    probabilities = tagger.calibration.probabilities(scores)
    given = probabilities >= tagger.calibration.threshold
    ids = np.array(tagger.taxonomy.ids)
    return evaluate(texts, [ids[row].tolist() for row in given], tagger.taxonomy)
