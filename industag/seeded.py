"""A classifier for any set of labels, learned from unlabelled texts and a few keywords per label.

What it does, step by step:

1. ``weigh``: TF-IDF of words, word pairs and Chinese character n-grams.
2. ``embed``: latent semantic analysis (Deerwester et al. 1990), so that a keyword also speaks for texts that do not hold it.
3. ``keyword_rows``: one query per keyword; what several labels share counts less.
4. ``first_guess``: a label's score for a text is the log-sum-exp over its keywords of their similarity to the text.
5. ``word_odds``, round by round: expectation-maximisation over a tempered naive Bayes (Nigam et al. 2000), on TF-IDF rows of
   length 1. It starts from the surest texts of each label; the first guess fades out as an anchor; the shares of the labels
   stay what the first guess says, as far as that is more than noise.
6. A linear support vector machine (in the spirit of Wang and Manning 2012) on the surest texts of each label.

No label of a text is needed; those that are given (``y``) are kept as they are throughout.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray
from sklearn.base import BaseEstimator
from sklearn.preprocessing import normalize
from sklearn.svm import LinearSVC
from sklearn.utils.extmath import randomized_svd
from sklearn.utils.validation import check_is_fitted

from industag.matcher import term_keys
from industag.terms import candidate_terms
from industag.units import Units, split_units

Matrix = NDArray[np.floating[Any]]

_INNER = 0.3
"""What the words and characters inside a keyword weigh beside the keyword itself."""
_SHARPNESS = 2.0
"""How many standard deviations of similarity make a label e times e as likely in the first guess."""
_SMOOTHING = 1000.0
"""The Dirichlet smoothing of the word distributions toward that of all texts, in TF-IDF mass."""
_TEMPER = 0.8
"""What a text's evidence counts in naive Bayes: less than 1, as its words are not independent."""
_START_SHARE, _FINAL_SHARE = 0.5, 0.8
"""Which share of each label's texts, the surest, the first round and the last step learn from."""
_FEWEST = 3
_FADE = 0.7
_NOTHING = 1e-6


@dataclass(frozen=True, slots=True)
class _Space:
    """The terms of the unlabelled texts: their columns, inverse document frequencies, and share of all TF-IDF mass."""

    columns: dict[str, int]
    idf: Matrix
    background: Matrix


class SeededClassifier(BaseEstimator):  # type: ignore[misc]  # scikit-learn has no types
    """A single-label classifier trained from unlabelled texts and keywords.

    Args:
        n_components: How many dimensions the semantic space has, >= 1.
        n_rounds: How many rounds of expectation-maximisation, >= 1.
        anchor: What the first guess counts in the first round, >= 0; it fades by 30 % a round.
        doubt: How far the labels' shares in the first guess must be from equal (Kullback-Leibler divergence, in nats) to be
            half believed, > 0.
        power: How much the semantic space prefers its strong dimensions, as a power of the singular values.
        min_texts: In how many texts an n-gram must stand to become a term, >= 1.

    Attributes:
        classes_: The labels, in the order in which ``keywords`` gives them.
        labels_: The label of each text that ``fit`` was given.
        shares_: The share of each label that was assumed, shape (n_labels,).

    >>> texts = ["the striker scored a goal", "a late goal won the match", "the match was lost by a goal",
    ...          "shares fell on the market", "the market closed and shares rose", "the bank sold its shares"] * 3
    >>> classifier = SeededClassifier(n_components=3).fit(texts, {"sport": ["goal"], "money": ["shares"]})
    >>> classifier.predict(["who won the match", "a bank on the market"]).tolist()
    ['sport', 'money']
    """

    def __init__(  # noqa: PLR0913 - scikit-learn wants every setting in the signature
        self,
        *,
        n_components: int = 200,
        n_rounds: int = 8,
        anchor: float = 0.5,
        doubt: float = 0.05,
        power: float = 1.25,
        min_texts: int = 3,
    ) -> None:
        self.n_components = n_components
        self.n_rounds = n_rounds
        self.anchor = anchor
        self.doubt = doubt
        self.power = power
        self.min_texts = min_texts

    def fit(
        self, texts: Sequence[str], keywords: Mapping[str, Sequence[str]], y: Sequence[str | None] | None = None
    ) -> SeededClassifier:
        """Learn from texts and each label's keywords, and from the labels of texts where ``y`` has one (or else None).

        Raises:
            ValueError: There are fewer than two labels, none of whose keywords occurs, or ``y`` does not fit the texts.
        """
        self.classes_ = np.array(list(keywords))
        known = self._known(texts, y)
        counts = [count_terms(split_units(text)) for text in texts]
        space, features = weigh(counts, self.min_texts)
        queries, owners = keyword_rows(keywords, space)
        if len(np.unique(owners)) < 2:
            raise ValueError("keywords of at least two labels must occur in the texts; give more or commoner keywords")
        documents, terms = embed(features, self.n_components, self.power)
        guess = first_guess((features, documents), (queries, normalize(queries @ terms)), owners, len(self.classes_))
        self.shares_ = _believed_shares(_softmax(guess), self.doubt)
        logits, self._weights = self._learn(features, space, guess, known)
        self._space = space
        self._machine = _final_machine(features, logits, known)
        self.labels_ = self._decide(features)
        self.labels_[known >= 0] = self.classes_[known[known >= 0]]
        return self

    def predict(self, texts: Sequence[str]) -> NDArray[Any]:
        """Return the label of each text, shape (n_texts,)."""
        return self._decide(self._features(texts))

    def predict_proba(self, texts: Sequence[str]) -> Matrix:
        """Return the probability of each label by naive Bayes alone, in [0, 1], rows add up to 1; (n_texts, n_labels)."""
        logits = _TEMPER * (self._features(texts) @ self._weights) + np.log(self.shares_)
        return _softmax(np.asarray(logits))

    def _known(self, texts: Sequence[str], y: Sequence[str | None] | None) -> NDArray[np.int64]:
        """Return the number of the label of each text, -1 where it is not known."""
        if len(self.classes_) < 2:
            raise ValueError("give the keywords of at least two labels")
        if y is None:
            return np.full(len(texts), -1)
        if len(y) != len(texts):
            raise ValueError(f"{len(texts)} texts, but {len(y)} labels; give None for a text whose label is not known")
        number = {label: place for place, label in enumerate(self.classes_)}
        strange = sorted({str(label) for label in y if label is not None and label not in number})
        if strange:
            raise ValueError(f"label {strange[0]!r} has no keywords; add it to keywords, with an empty list if need be")
        return np.array([-1 if label is None else number[label] for label in y], dtype=np.int64)

    def _learn(
        self,
        features: Any,  # noqa: ANN401 - a SciPy matrix
        space: _Space,
        guess: Matrix,
        known: NDArray[np.int64],
    ) -> tuple[Matrix, Matrix]:
        """Return the last round's log odds of each text and label, and its weights of each term and label."""
        posterior = _softmax(guess)
        posterior *= _surest(posterior, _START_SHARE)[:, None]
        prior = np.log(self.shares_)
        for step in range(self.n_rounds):
            _pin(posterior, known)
            weights = word_odds(features, posterior, space.background)
            logits = _TEMPER * (features @ weights) + prior + self.anchor * _FADE**step * guess
            posterior = _softmax(logits)
        return logits, weights

    def _features(self, texts: Sequence[str]) -> Any:  # noqa: ANN401 - a SciPy matrix
        check_is_fitted(self, "_machine")
        return _tf_idf_rows([count_terms(split_units(text)) for text in texts], self._space.columns, self._space.idf)

    def _decide(self, features: Any) -> NDArray[Any]:  # noqa: ANN401 - a SciPy matrix
        decided: NDArray[Any] = self.classes_[self._machine.predict(features)]
        return decided


def count_terms(units: Units) -> Counter[str]:
    """Return how often each term stands in a text: those of ``candidate_terms``, and single Chinese characters."""
    counts = Counter(candidate_terms(units))
    counts.update(char for char in units.joined if char >= "\u2e80")
    return counts


def weigh(counts: Sequence[Counter[str]], min_texts: int) -> tuple[_Space, Any]:
    """Return the space of terms in at least ``min_texts`` texts, and the texts' TF-IDF rows of length 1."""
    frequency: Counter[str] = Counter()
    for each in counts:
        frequency.update(each.keys())
    terms = sorted(term for term, n_texts in frequency.items() if n_texts >= min_texts)
    columns = {term: column for column, term in enumerate(terms)}
    in_texts = np.array([frequency[term] for term in terms], dtype=np.float64)
    idf = 1.0 + np.log((1.0 + len(counts)) / (1.0 + in_texts))
    features = _tf_idf_rows(counts, columns, idf)
    mass = np.asarray(features.sum(axis=0)).ravel().astype(np.float64)
    return _Space(columns, idf, mass / max(mass.sum(), _NOTHING)), features


def _tf_idf_rows(counts: Sequence[Counter[str]], columns: Mapping[str, int], idf: Matrix) -> Any:  # noqa: ANN401
    """Return rows of (1 + log count) x idf, brought to length 1, as a sparse matrix of 32-bit numbers."""
    pointer, places, values = [0], [], []
    for each in counts:
        found = sorted((columns[term], count) for term, count in each.items() if term in columns)
        places += [column for column, _ in found]
        values += [count for _, count in found]
        pointer.append(len(places))
    flat = np.array(places, dtype=np.int64)
    weighted = (1.0 + np.log(np.array(values, dtype=np.float64))) * idf[flat]
    matrix = sp.csr_matrix((weighted.astype(np.float32), flat, pointer), shape=(len(counts), len(columns)))
    return normalize(matrix)


def embed(features: Any, n_components: int, power: float) -> tuple[Matrix, Matrix]:  # noqa: ANN401 - a SciPy matrix
    """Return the texts and the terms as vectors of length 1 in a space of latent meanings."""
    n_components = min(n_components, min(features.shape) - 1)
    left, strengths, right = randomized_svd(features, max(n_components, 1), n_oversamples=10, n_iter=3, random_state=0)
    return normalize(left * strengths**power), normalize(right.T * strengths**power)


def keyword_rows(keywords: Mapping[str, Sequence[str]], space: _Space) -> tuple[Any, NDArray[np.int64]]:
    """Return a row over the terms for each keyword, and whose keyword it is.

    A keyword's own column counts 1 and what is inside it less (as much where it has no column of its own), times IDF, times
    how far the term tells labels apart: log(labels / labels that use it) / log(labels).
    """
    n_labels = len(keywords)
    rows: list[dict[int, float]] = []
    owners: list[int] = []
    users: dict[int, set[int]] = {}
    for label, terms in enumerate(keywords.values()):
        for term in terms:
            own = [space.columns[key] for key in term_keys(term) if key in space.columns]
            inner = [space.columns[key] for key in count_terms(split_units(term)) if key in space.columns]
            row = dict.fromkeys(inner, _INNER if own else 1.0) | dict.fromkeys(own, 1.0)
            for column in row:
                users.setdefault(column, set()).add(label)
            rows.append(row)
            owners.append(label)
    matrix = sp.lil_matrix((len(rows), len(space.columns)))
    for number, row in enumerate(rows):
        for column, weight in row.items():
            telling = np.log(n_labels / len(users[column])) / np.log(n_labels)
            matrix[number, column] = weight * space.idf[column] * telling
    queries = normalize(matrix.tocsr())
    found = np.asarray(abs(queries).sum(axis=1)).ravel() > 0
    return queries[found], np.array(owners, dtype=np.int64)[found]


def first_guess(texts: tuple[Any, Matrix], queries: tuple[Any, Matrix], owners: NDArray[np.int64], n_labels: int) -> Matrix:
    """Return a score for each text and label, from queries and texts given as TF-IDF rows and as vectors of meaning.

    A keyword is drawn toward the others of its label, the more the better they agree. Its similarities are centred, since
    some keywords are near to everything.
    """
    belongs = np.zeros((len(owners), n_labels))
    belongs[np.arange(len(owners)), owners] = 1.0
    means = (belongs / np.maximum(belongs.sum(axis=0), 1.0)).T @ queries[1]
    similar = texts[1] @ normalize(queries[1] + means[owners]).T
    similar = (similar - similar.mean(axis=0)) / max(float(similar.std()), _NOTHING)
    shared = (texts[0] @ queries[0].T).toarray()
    hits = shared[shared > 0]
    shared /= max(float(np.sqrt((hits**2).mean())) if len(hits) else 1.0, _NOTHING)
    logits = _SHARPNESS * similar + shared
    highest = logits.max(axis=1, keepdims=True)
    guess: Matrix = np.log(np.exp(logits - highest) @ belongs + 1e-30) + highest
    return guess


def word_odds(features: Any, posterior: Matrix, background: Matrix) -> Matrix:  # noqa: ANN401 - a SciPy matrix
    """Return the log odds of each term in each label's texts against all texts, smoothed, shape (n_terms, n_labels)."""
    mass = np.asarray(features.T @ posterior.astype(np.float32))
    share = (mass + _SMOOTHING * background[:, None]) / (mass.sum(axis=0) + _SMOOTHING)
    odds: Matrix = np.log(share / background[:, None]).astype(np.float32)
    return odds


def _believed_shares(posterior: Matrix, doubt: float) -> Matrix:
    """Return the labels' shares: those of the first guess, drawn to equal ones as far as the difference may be noise."""
    shares = posterior.mean(axis=0) + _NOTHING
    divergence = float((shares * np.log(shares * len(shares))).sum())
    believed = shares ** (max(divergence, 0.0) / (max(divergence, 0.0) + doubt))
    return np.asarray(believed / believed.sum())


def _final_machine(features: Any, logits: Matrix, known: NDArray[np.int64]) -> LinearSVC:  # noqa: ANN401
    """Return a support vector machine trained on the surest texts of each label, and those whose label is known."""
    answers = logits.argmax(axis=1)
    answers[known >= 0] = known[known >= 0]
    chosen = _surest(_softmax(logits), _FINAL_SHARE) | (known >= 0)
    return LinearSVC(C=0.3, max_iter=200, random_state=0).fit(features[chosen], answers[chosen])


def _surest(posterior: Matrix, share: float) -> NDArray[np.bool_]:
    """Return which texts are, of all with the same likeliest label, among the surest by the margin to the second."""
    likeliest = posterior.argmax(axis=1)
    two = np.partition(posterior, -2, axis=1)
    margin = two[:, -1] - two[:, -2]
    chosen = np.zeros(len(posterior), dtype=np.bool_)
    for label in range(posterior.shape[1]):
        own = np.flatnonzero(likeliest == label)
        best = own[np.argsort(-margin[own], kind="stable")]
        chosen[best[: max(_FEWEST, int(share * len(own)))]] = True
    return chosen


def _pin(posterior: Matrix, known: NDArray[np.int64]) -> None:
    """Set the posterior of each text whose label is known."""
    labelled = np.flatnonzero(known >= 0)
    posterior[labelled] = 0.0
    posterior[labelled, known[labelled]] = 1.0


def _softmax(logits: Matrix) -> Matrix:
    """Return rows that add up to 1."""
    exponentials = np.exp(logits - logits.max(axis=1, keepdims=True))
    return np.asarray(exponentials / exponentials.sum(axis=1, keepdims=True))
