"""The classifier: trained from keywords alone, or from keywords and labelled texts; in the manner of scikit-learn."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray
from sklearn.base import BaseEstimator
from sklearn.utils.validation import check_is_fitted

from industag.corpus import Corpus
from industag.keywords import KeywordRules, compile_rules
from industag.learned import LearnedTerm, TermWeight
from industag.learning import Prior, fit_logistic
from industag.scoring import Reader, Scorer, Weights
from industag.taxonomy import Taxonomy
from industag.taxonomy_files import load_taxonomy
from industag.terms import Vocabulary

Matrix = NDArray[np.float64]

KEYWORD_SCORE = 8.0
"""What a keyword of weight 1 adds to a score before any text has been seen."""
START_SCORE = -5.0
"""The score of a text in which nothing was found, before any text has been seen.

As log odds: nothing found is 0.7 %, half a keyword 27 %, a whole one 95 %; about what real sentences show.
"""

ABSENT, SILENT, GIVEN = 0, 1, 2
"""How a text carries a label: not at all; through a label below it or perhaps, which says nothing; or itself."""

_DECIMALS = 4
_NEGLIGIBLE = 0.02


class Classifier(BaseEstimator):  # type: ignore[misc]  # scikit-learn has no types
    """A linear multi-label classifier over a taxonomy, one logistic regression per label around a keyword prior.

    Before any training text, each label has its keywords' weights and a bias: that is the prior mean. Labelled texts then
    move the weights of keywords and of the terms around them, as far as they speak against the prior (see ``learning``).
    With no texts at all the classifier is its keywords. A text that carries a label only through a label below it says
    nothing about the words of the label itself and is passed over there.

    The biases hardly move: how often a label occurs in sentences that somebody picked says little of how often it occurs.

    Args:
        taxonomy: The labels and their keywords; by default the one that belongs to industag.
        learned: Terms that count like keywords of their labels.
        starts: Weights of terms that training begins with and is held to.
        keyword_precision: How firmly the prior holds the keywords' weights, > 0.
        term_precision: How firmly the weights of other terms are held at nought, or at their start, > 0.
        bias_precision: How firmly the biases are held at their start, > 0.
        min_texts: In how many training texts an n-gram must stand to become a term, >= 1.

    Attributes:
        classes_: The label ids, in the order of the columns.
        scorer_: The trained model.

    >>> classifier = Classifier().fit([], [])
    >>> scores = classifier.decision_function(["A new quantum computer", "A new kitchen"])
    >>> column = list(classifier.classes_).index("quantum-computing")
    >>> scores[:, column].tolist()
    [3.0, -5.0]
    """

    def __init__(  # noqa: PLR0913 - one argument for each setting
        self,
        taxonomy: Taxonomy | None = None,
        *,
        learned: Sequence[LearnedTerm] = (),
        starts: Sequence[TermWeight] = (),
        keyword_precision: float = 10.0,
        term_precision: float = 0.3,
        bias_precision: float = 1000.0,
        min_texts: int = 2,
    ) -> None:
        self.taxonomy = taxonomy
        self.learned = learned
        self.starts = starts
        self.keyword_precision = keyword_precision
        self.term_precision = term_precision
        self.bias_precision = bias_precision
        self.min_texts = min_texts

    def fit(
        self,
        texts: Sequence[str],
        labels: Sequence[Iterable[str]],
        sample_weight: Sequence[float] | None = None,
        doubtful: Sequence[Iterable[str]] | None = None,
    ) -> Classifier:
        """Train on texts, each with the set of its labels (ancestors need not be listed; an empty set is an answer).

        Args:
            texts: The texts; may be none.
            labels: For each text the ids of its labels.
            sample_weight: How much each text counts, >= 0; by default 1.
            doubtful: For each text the ids of labels that it may or may not carry, of which nothing is learned.

        Raises:
            ValueError: There are not as many label sets or weights as texts, or a setting is out of its range.
            TypeError: A text is no string, or a string stands where a set of labels should.
            UnknownLabelError: A label is not in the taxonomy.
        """
        taxonomy = self.taxonomy if self.taxonomy is not None else load_taxonomy()
        self._check_settings()
        _check_texts(texts)
        given = given_matrix(taxonomy, texts, labels, doubtful)
        further = [start.term for start in self.starts]
        corpus = Corpus.of(texts, compile_rules(taxonomy, self.learned), self.min_texts, further)
        return self.fit_corpus(corpus, given, _weights_of(texts, sample_weight))

    def fit_corpus(self, corpus: Corpus, given: NDArray[np.int8], sample_weights: Matrix) -> Classifier:
        """Train on texts that have been read; for training several times.

        Args:
            corpus: The texts, with the terms that have a start.
            given: How each text carries each label: see ``given_matrix``.
            sample_weights: How much each text counts, >= 0, shape (n_texts,).
        """
        taxonomy = self.taxonomy if self.taxonomy is not None else load_taxonomy()
        vocabulary, columns = corpus.vocabulary(self.min_texts, {start.term: start.idf for start in self.starts})
        starts = self._starts(taxonomy, vocabulary)
        worth = _terms_worth_a_weight(corpus, columns, given) | (starts != 0)
        speak = np.flatnonzero(worth.any(axis=0))
        vocabulary, columns, worth, starts = vocabulary.take(speak), columns[speak], worth[:, speak], starts[:, speak]
        keywords, terms = corpus.keywords.tocsc(), corpus.values(columns, vocabulary.idf).tocsc()
        examples = _Examples(keywords, terms, given, sample_weights, np.diff(keywords.indptr), worth, starts)
        weights = self._train(corpus.rules, examples, len(taxonomy))
        self.scorer_ = Scorer(taxonomy, Reader(corpus.rules, vocabulary), weights)
        self.classes_ = np.array(taxonomy.ids)
        return self

    def scores_of(self, corpus: Corpus) -> Matrix:
        """Return the scores of texts that have been read with the same rules, shape (n_texts, n_labels).

        The corpus must have every term of the classifier's vocabulary, as the one that it was taken from does.
        """
        check_is_fitted(self, "scorer_")
        weights, vocabulary = self.scorer_.weights, self.scorer_.vocabulary
        columns = np.searchsorted(np.array(corpus.keys, dtype=object), np.array(vocabulary.keys, dtype=object))
        owner = [rule.label for rule in corpus.rules.rules]
        shape = (len(owner), len(weights.bias))
        keywords = sp.csr_array((weights.keyword, (np.arange(len(owner)), owner)), shape=shape)
        terms = sp.csr_array((weights.term, weights.label, weights.row), shape=(len(vocabulary.keys), len(weights.bias)))
        found = corpus.keywords @ keywords + corpus.values(columns, vocabulary.idf) @ terms
        scores: Matrix = found.toarray() + weights.bias
        return scores

    def partial_fit(self, texts: Sequence[str], labels: Sequence[Iterable[str]]) -> Classifier:
        """Train on the texts of every call so far, and these; what was learned before is not forgotten.

        The first call is the same as ``fit``. The texts are kept, so that the result does not depend on how they were
        dealt out over the calls.
        """
        known_texts, known_labels = getattr(self, "seen_", ((), ()))
        seen = ((*known_texts, *texts), (*known_labels, *labels))
        self.fit(*seen)
        self.seen_ = seen
        return self

    def decision_function(self, texts: Sequence[str]) -> Matrix:
        """Return the scores, any real number, shape (n_texts, n_labels).

        Raises:
            NotFittedError: ``fit`` was not called yet.
        """
        check_is_fitted(self, "scorer_")
        _check_texts(texts)
        rows = [self.scorer_.scores(self.scorer_.read(text)) for text in texts]
        return np.array(rows).reshape(len(rows), len(self.classes_))

    def predict_proba(self, texts: Sequence[str]) -> Matrix:
        """Return the uncalibrated probabilities in [0, 1], shape (n_texts, n_labels)."""
        return 0.5 * (1.0 + np.tanh(0.5 * self.decision_function(texts)))

    def predict(self, texts: Sequence[str]) -> NDArray[np.bool_]:
        """Return which labels are more likely than not, shape (n_texts, n_labels)."""
        return self.decision_function(texts) > 0.0

    def _starts(self, taxonomy: Taxonomy, vocabulary: Vocabulary) -> Matrix:
        """Return the weights that terms begin with, 0 where nothing is known, shape (n_labels, n_terms)."""
        starts = np.zeros((len(taxonomy), len(vocabulary.keys)))
        row = {label: number for number, label in enumerate(taxonomy.ids)}
        column = {term: number for number, term in enumerate(vocabulary.keys)}
        for start in self.starts:
            starts[row[taxonomy.resolve(start.label)], column[start.term]] = start.weight
        return starts

    def _check_settings(self) -> None:
        for name in ("keyword_precision", "term_precision", "bias_precision"):
            if not getattr(self, name) > 0:
                raise ValueError(f"{name} must be above 0, not {getattr(self, name)}")
        if self.min_texts < 1:
            raise ValueError(f"min_texts must be at least 1, not {self.min_texts}")

    def _train(self, rules: KeywordRules, examples: _Examples, n_labels: int) -> Weights:
        """Return the weights of all labels."""
        keyword = np.array([KEYWORD_SCORE * rule.weight for rule in rules.rules])
        owner = np.array([rule.label for rule in rules.rules], dtype=np.int64)
        bias = np.full(n_labels, START_SCORE)
        found: list[tuple[NDArray[np.int64], Matrix]] = []
        for label in range(n_labels):
            own = np.flatnonzero(owner == label)
            terms = np.flatnonzero(examples.worth[label])
            seen = own[examples.keyword_counts[own] > 0]
            weights = self._train_label(examples, label, (seen, keyword[seen]), terms)
            bias[label] = weights[0]
            keyword[seen] = weights[1 : 1 + len(seen)]
            found.append((terms, weights[1 + len(seen) :]))
        return _pack(np.round(bias, _DECIMALS), np.round(keyword, _DECIMALS), found, examples.n_terms)

    def _train_label(
        self, examples: _Examples, label: int, own: tuple[NDArray[np.int64], Matrix], terms: NDArray[np.int64]
    ) -> Matrix:
        """Return the weights of one label: of its bias, of its keywords (given with their prior), of its terms."""
        seen, prior_weights = own
        ones = sp.csr_array(np.ones((examples.n_texts, 1)))
        features = sp.hstack([ones, examples.keywords[:, seen], examples.terms[:, terms]], format="csr")
        mean = np.concatenate(([START_SCORE], prior_weights, examples.starts[label, terms]))
        precision = np.concatenate(
            (
                [self.bias_precision],
                np.full(len(seen), self.keyword_precision),
                np.full(len(terms), self.term_precision),
            )
        )
        speaks = examples.sample_weights * (examples.given[:, label] != SILENT)
        return fit_logistic(features, examples.targets[:, label], speaks, Prior(mean, precision))


@dataclass(frozen=True, slots=True)
class _Examples:
    """Training texts as matrices: rows are texts."""

    keywords: Any  # 1 where a keyword counts, sparse by column
    terms: Any  # TF-IDF values, sparse by column
    given: NDArray[np.int8]  # ABSENT, SILENT or GIVEN, shape (n_texts, n_labels)
    sample_weights: Matrix  # how much each text counts, shape (n_texts,)
    keyword_counts: NDArray[np.int64]
    worth: NDArray[np.bool_]  # whether a term is worth a weight for a label, shape (n_labels, n_terms)
    starts: Matrix  # the weights that terms begin with, of the same shape

    @property
    def n_texts(self) -> int:
        """How many texts there are."""
        return int(self.given.shape[0])

    @property
    def targets(self) -> Matrix:
        """1 where a text carries a label, itself or through one below it, shape (n_texts, n_labels)."""
        carried: Matrix = (self.given != ABSENT).astype(np.float64)
        return carried

    @property
    def n_terms(self) -> int:
        """How many terms the vocabulary has."""
        return int(self.terms.shape[1])


def _terms_worth_a_weight(corpus: Corpus, columns: NDArray[np.int64], given: NDArray[np.int8]) -> NDArray[np.bool_]:
    """Return which terms are worth a weight for which labels, shape (n_labels, n_columns).

    They are the terms that stand in two of a label's texts, or where its keywords mislead. Terms that are worth one for no
    label say nothing, and are left out of the vocabulary.
    """
    stands = (corpus.counts[:, columns] > 0).astype(np.float64)
    owner = np.array([rule.label for rule in corpus.rules.rules], dtype=np.int64)
    belongs = sp.csr_array((np.ones(len(owner)), (np.arange(len(owner)), owner)), shape=(len(owner), given.shape[1]))
    hinted = (corpus.keywords @ belongs).toarray() > 0
    in_own = sp.csr_array((given == GIVEN).astype(np.float64)).T @ stands
    in_misled = sp.csr_array(((given == ABSENT) & hinted).astype(np.float64)).T @ stands
    worth: NDArray[np.bool_] = (in_own.toarray() >= 2) | (in_misled.toarray() >= 1)
    return worth


def _check_texts(texts: Sequence[str]) -> None:
    """Refuse a single string, which would be taken letter by letter, and whatever is no string."""
    if isinstance(texts, (str, bytes)):
        raise TypeError("give a list of texts, as in [text], not a single text")
    for text in texts:
        if not isinstance(text, str):
            raise TypeError(f"a text must be a string, not {type(text).__name__}")


def _weights_of(texts: Sequence[str], given: Sequence[float] | None) -> Matrix:
    """Return how much each text counts, shape (n_texts,)."""
    weights = np.ones(len(texts)) if given is None else np.asarray(given, dtype=np.float64)
    if weights.shape != (len(texts),) or not (weights >= 0).all():
        raise ValueError(f"sample_weight must hold {len(texts)} numbers >= 0, one for each text")
    return weights


def given_matrix(
    taxonomy: Taxonomy,
    texts: Sequence[str],
    labels: Sequence[Iterable[str]],
    doubtful: Sequence[Iterable[str]] | None = None,
) -> NDArray[np.int8]:
    """Return how each text carries each label: ABSENT, SILENT or GIVEN, shape (n_texts, n_labels)."""
    doubtful = [()] * len(texts) if doubtful is None else doubtful
    if not len(texts) == len(labels) == len(doubtful):
        raise ValueError(f"{len(texts)} texts, but {len(labels)} sets of labels and {len(doubtful)} of doubtful ones")
    column = {label: number for number, label in enumerate(taxonomy.ids)}
    given = np.full((len(texts), len(taxonomy)), ABSENT, dtype=np.int8)
    for row, (own, perhaps) in enumerate(zip(labels, doubtful, strict=True)):
        if isinstance(own, str):
            raise TypeError(f"labels must be sets of ids, as in [[{own!r}]], not strings")
        certain = [taxonomy.resolve(label) for label in own]
        given[row, [column[label] for label in taxonomy.close([*certain, *perhaps])]] = SILENT
        given[row, [column[label] for label in certain]] = GIVEN
    return given


def _pack(bias: Matrix, keyword: Matrix, found: Sequence[tuple[NDArray[np.int64], Matrix]], n_terms: int) -> Weights:
    """Return the weights with the terms' sorted by term, the negligible ones left out."""
    labels = np.concatenate([np.full(len(terms), label) for label, (terms, _) in enumerate(found)])
    terms = np.concatenate([terms for terms, _ in found])
    values = np.round(np.concatenate([weights for _, weights in found]), _DECIMALS)
    kept = np.abs(values) >= _NEGLIGIBLE
    labels, terms, values = labels[kept].astype(np.int64), terms[kept], values[kept]
    order = np.lexsort((labels, terms))
    row = np.concatenate(([0], np.cumsum(np.bincount(terms, minlength=n_terms)))).astype(np.int64)
    return Weights(bias, keyword, row, labels[order], values[order])
