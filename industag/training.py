"""Training: taxonomy and labelled texts in, a tagger and its measured quality out."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from industag.calibration import Calibration, calibrate
from industag.classifier import GIVEN, SILENT, Classifier, given_matrix
from industag.corpus import Corpus
from industag.evaluation import Quality, evaluate
from industag.keywords import compile_rules
from industag.labelled import LabelledText
from industag.learned import LearnedTerm, TermWeight
from industag.tagger import Tagger
from industag.taxonomy import Taxonomy

Matrix = NDArray[np.float64]

FOLDS = 4
TARGET_PRECISION = 0.9
ENOUGH = 200
"""With so many texts, something can be measured on them."""
LABELLED_WEIGHT = 10.0
"""A text that a user labelled counts as much as so many sentences written for training: it is real."""


@dataclass(frozen=True, slots=True)
class Trained:
    """What training gives.

    Attributes:
        tagger: The trained tagger.
        seeds: The sentences written for training that were used.
        labelled: The labelled texts of the user's that were used.
        learned: The learned terms that were used.
        starts: The weights of terms that training began with.
        quality: By cross-validation, on the labelled texts if there are enough, or else on the seeds; empty where there
            are too few of both.
        precision: What the thresholds aim at where they are fitted.
    """

    tagger: Tagger
    seeds: tuple[LabelledText, ...]
    labelled: tuple[LabelledText, ...]
    learned: tuple[LearnedTerm, ...]
    starts: tuple[TermWeight, ...]
    quality: dict[tuple[str, str], Quality]
    precision: float = TARGET_PRECISION

    @property
    def measured_on(self) -> str:
        """What ``quality`` was measured on: "labelled", "seeds", or "nothing"."""
        return "nothing" if not self.quality else "labelled" if len(self.labelled) >= ENOUGH else "seeds"


def train(  # noqa: PLR0913 - what there is to train on
    taxonomy: Taxonomy,
    seeds: Sequence[LabelledText] = (),
    labelled: Sequence[LabelledText] = (),
    classifier: Classifier | None = None,
    precision: float = TARGET_PRECISION,
    learned: Sequence[LearnedTerm] = (),
    starts: Sequence[TermWeight] = (),
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
        precision: The share of right answers that fitted thresholds aim at, in (0, 1).
        learned: Terms that count like keywords.
        starts: Weights of terms that training begins with and is held to.

    Raises:
        ValueError: ``precision`` is out of its range.
    """
    if not 0 < precision < 1:
        raise ValueError(f"precision must be between 0 and 1, not {precision}")
    labelled = _without_repeats(labelled)
    known = {each.text for each in labelled}
    seeds = _without_repeats([each for each in seeds if each.text not in known])
    texts = [*labelled, *seeds]
    settings = {**(classifier or Classifier()).get_params(), "taxonomy": taxonomy}
    settings |= {"learned": tuple(learned), "starts": tuple(starts)}
    weights = np.array([LABELLED_WEIGHT] * len(labelled) + [1.0] * len(seeds))
    given = given_matrix(taxonomy, *_columns(texts))
    classifier = Classifier(**settings)
    rules, further = compile_rules(taxonomy, learned), [start.term for start in starts]
    corpus = Corpus.of([each.text for each in texts], rules, classifier.min_texts, further)
    scorer = classifier.fit_corpus(corpus, given, weights).scorer_
    calibration = Calibration.identity(len(taxonomy))
    if len(texts) < ENOUGH:
        return Trained(Tagger(scorer, calibration), seeds, labelled, tuple(learned), tuple(starts), {}, precision)
    folds = np.array([_fold(each.text) for each in texts])
    scores = _held_out_scores(corpus, given, weights, folds, settings)
    n_measured = len(labelled) if len(labelled) >= ENOUGH else len(texts)
    measured, given, scores = texts[:n_measured], given[:n_measured], scores[:n_measured]
    if len(labelled) >= ENOUGH:
        calibration = calibrate(scores, given == GIVEN, given != SILENT, precision)
    tagger = Tagger(scorer, calibration)
    quality = _cross_validated(tagger, measured, scores)
    return Trained(tagger, seeds, labelled, tuple(learned), tuple(starts), quality, precision)


def _without_repeats(texts: Sequence[LabelledText]) -> tuple[LabelledText, ...]:
    """Return the texts, of equal ones the last, in an order that depends on them alone."""
    by_text = {each.text: each for each in texts}
    return tuple(by_text[text] for text in sorted(by_text))


def _fold(text: str) -> int:
    """Return the fold of a text, which depends on nothing else."""
    return int.from_bytes(hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()[:4]) % FOLDS


def _columns(texts: Sequence[LabelledText]) -> tuple[list[str], list[frozenset[str]], list[frozenset[str]]]:
    """Return the texts, their labels and their doubtful labels."""
    return [each.text for each in texts], [each.labels for each in texts], [each.maybe for each in texts]


def _held_out_scores(
    corpus: Corpus, given: NDArray[np.int8], weights: Matrix, folds: NDArray[np.int64], settings: dict[str, Any]
) -> Matrix:
    """Return the scores of each text by a classifier trained without its fold, shape (n_texts, n_labels)."""
    scores = np.zeros(given.shape)
    for fold in range(FOLDS):
        held_out, rest = np.flatnonzero(folds == fold), np.flatnonzero(folds != fold)
        partial = Classifier(**settings).fit_corpus(corpus.take(rest), given[rest], weights[rest])
        scores[held_out] = partial.scores_of(corpus.take(held_out))
    return scores


def _cross_validated(
    tagger: Tagger, texts: Sequence[LabelledText], scores: NDArray[np.float64]
) -> dict[tuple[str, str], Quality]:
    """Return the quality of the answers that the held-out scores give."""
    probabilities = tagger.calibration.probabilities(scores)
    given = probabilities >= tagger.calibration.threshold
    ids = np.array(tagger.taxonomy.ids)
    return evaluate(texts, [ids[row].tolist() for row in given], tagger.taxonomy)
