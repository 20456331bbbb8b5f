"""A classifier for any set of labels, learned from unlabelled texts and a few keywords per label.

Texts become rows of TF-IDF (``weigh``), and then

- ``learn_single`` learns where a text has one label, or with a background at most one;
- ``learn_multi`` learns where it has several, or with a background perhaps none.

Labels can stand in a tree. No label of a text is needed; those that are given (``y``) are kept as they are throughout.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.base import BaseEstimator
from sklearn.utils.validation import check_is_fitted

from industag.errors import did_you_mean
from industag.seeded.label_tree import grow
from industag.seeded.multi import decide_multi, learn_multi
from industag.seeded.single import decide_single, learn_single
from industag.seeded.task import Known, Settings, Task
from industag.seeded.texts import Matrix, weigh


class SeededClassifier(BaseEstimator):  # type: ignore[misc]  # scikit-learn has no types
    """A classifier trained from unlabelled texts and keywords.

    Args:
        multi_label: Whether a text can have several labels.
        background: Whether a text can have no label at all. It takes a thousand texts or so to tell, and few labels.
        n_components: How many dimensions the semantic space has, >= 1 (one label a text).
        n_rounds: How many rounds of expectation-maximisation, >= 1; by default 16 for one label a text, 3 for several.
        anchor: What the keywords count beside what has been learned, >= 0; for one label a text it fades by 30 % a round.
        doubt: How far the labels' shares in the first guess must be from equal (Kullback-Leibler divergence, in nats) to be
            half believed, > 0 (one label a text).
        power: How much the semantic space prefers its strong dimensions, as a power of the singular values.
        min_texts: In how many texts an n-gram must stand to become a term, >= 1.
        max_texts: From how many texts, evenly drawn, it learns at most, beside those whose labels are known, >= 1; the
            others only get labels. More take longer and teach more.

    Attributes:
        classes_: The labels, in the order in which ``keywords`` gives them, and then those above them.
        labels_: What ``predict`` says of each text that ``fit`` was given, and what ``y`` says where it does.
        shares_: The share of the texts that naive Bayes assumed of each label with keywords, shape (n_labels,).
        tree_: Which label stands above which.

    >>> texts = ["the striker scored a goal", "a late goal won the match", "the match was lost by a goal",
    ...          "shares fell on the market", "the market closed and shares rose", "the bank sold its shares"] * 3
    >>> keywords = {"sport": ["goal"], "money": ["shares"]}
    >>> classifier = SeededClassifier(n_components=3).fit(texts, keywords)
    >>> classifier.predict(["who won the match", "a bank on the market"]).tolist()
    ['sport', 'money']
    """

    def __init__(  # noqa: PLR0913 - scikit-learn wants every setting in the signature
        self,
        *,
        multi_label: bool = False,
        background: bool = False,
        n_components: int = 200,
        n_rounds: int | None = None,
        anchor: float = 0.5,
        doubt: float = 0.05,
        power: float = 1.5,
        min_texts: int = 3,
        max_texts: int = 50_000,
    ) -> None:
        self.multi_label = multi_label
        self.background = background
        self.n_components = n_components
        self.n_rounds = n_rounds
        self.anchor = anchor
        self.doubt = doubt
        self.power = power
        self.min_texts = min_texts
        self.max_texts = max_texts

    def fit(
        self,
        texts: Sequence[str],
        keywords: Mapping[str, Sequence[str]],
        y: Sequence[Any] | None = None,
        parents: Mapping[str, str] | None = None,
    ) -> SeededClassifier:
        """Learn from texts and each label's keywords.

        Args:
            texts: The texts, most or all of them without a label.
            keywords: The keywords of each label. What a label shares with one below it counts for that one alone.
            y: What is known of each text: None for nothing, or its label; with ``multi_label`` a collection of labels, which
                is empty if the text is known to have none.
            parents: For each label that has one the label above it, which needs no keywords.

        Raises:
            ValueError: There are too few labels with keywords that occur, or ``y`` or ``parents`` do not fit.
        """
        plain = [label for label, terms in keywords.items() if isinstance(terms, str)]
        if plain:
            raise ValueError(f"the keywords of {plain[0]!r} are one text; give a list")
        self.tree_ = grow(list(keywords), parents or {})
        self.classes_ = np.array(self.tree_.labels)
        self._n_labels = len(keywords)
        known = self._known(texts, y)
        drawn = np.union1d(np.arange(0, len(texts), -(-len(texts) // self.max_texts) or 1), known.texts)
        self._space, features = weigh([texts[number] for number in drawn], self.min_texts)
        learner = learn_multi if self.multi_label else learn_single
        task = Task(features, self._space, self.tree_.most_specific(keywords), self.tree_, known.among(drawn))
        self._learned = learner(task, Settings(**self.get_params()))
        self.shares_ = np.exp(self._learned.log_shares[: self._n_labels])
        self.labels_ = self._labels(texts, drawn, features)
        self._keep(known)
        return self

    def predict(self, texts: Sequence[str]) -> NDArray[Any]:
        """Return the label of each text, None for none; in a tree the most specific, ``tree_.path`` tells those above it.

        With ``multi_label`` return whether each text has each label, shape (n_texts, n_labels); ``classes_[row]`` are the
        labels of a row. A text has all labels above those that it has. Where it is plain that it belongs below a label but
        not where, it has that label alone.
        """
        return self._decide(self._features(texts))

    def predict_proba(self, texts: Sequence[str]) -> Matrix:
        """Return how likely each label, or one below it, is the text's main one by naive Bayes alone, (n_texts, n_labels).

        Labels without one above them add up to 1, or with a background to at most 1.
        """
        n_columns = None if self.background else self._n_labels
        columns = self._learned.probabilities(self._features(texts), n_columns)[:, : self._n_labels]
        return np.asarray(columns @ self.tree_.above[: self._n_labels])

    def _known(self, texts: Sequence[str], y: Sequence[Any] | None) -> Known:
        """Return which labels are known."""
        if not len(texts):
            raise ValueError("give texts to learn from")
        if self._n_labels < (1 if self.multi_label else 2):
            raise ValueError("give the keywords of at least two labels" if self._n_labels else "give keywords")
        if y is not None and len(y) != len(texts):
            raise ValueError(f"{len(texts)} texts, but {len(y)} labels; give None for a text whose label is not known")
        given = [(text, self._numbers(each)) for text, each in enumerate(() if y is None else y) if each is not None]
        shares = np.zeros((len(given), self._n_labels + 1), dtype=np.float32)
        for row, (_, numbers) in enumerate(given):
            shares[row, numbers or -1] = 1.0 / max(len(numbers), 1)
        return Known(np.array([text for text, _ in given], dtype=np.int64), shares)

    def _numbers(self, given: str | Collection[str]) -> list[int]:
        """Return the numbers of the labels that are given for a text."""
        if not isinstance(given, Collection) or isinstance(given, str) == self.multi_label:
            wanted = "a list of labels" if self.multi_label else "one label"
            raise ValueError(f"y has {given!r}; give {wanted}, or None for a text whose label is not known")
        usable = self.tree_.labels[: self._n_labels]
        labels = [given] if isinstance(given, str) else sorted(set(given))
        for label in labels:
            if label not in usable:
                hint = did_you_mean(label, usable) or "; add it to keywords, with an empty list if need be"
                raise ValueError(f"label {label!r} has no keywords{hint}")
        return [usable.index(label) for label in labels]

    def _features(self, texts: Sequence[str]) -> Any:  # noqa: ANN401 - a SciPy matrix
        check_is_fitted(self, "_learned")
        return self._space.rows(texts)

    def _labels(self, texts: Sequence[str], drawn: NDArray[np.int64], features: Any) -> NDArray[Any]:  # noqa: ANN401
        """Return what ``predict`` says of all texts, when the rows of those drawn are there already."""
        decided = self._decide(features)
        labels = np.empty((len(texts), *decided.shape[1:]), dtype=decided.dtype)
        labels[drawn] = decided
        others = np.setdiff1d(np.arange(len(texts)), drawn)
        labels[others] = self.predict([texts[number] for number in others])
        return labels

    def _decide(self, features: Any) -> NDArray[Any]:  # noqa: ANN401 - a SciPy matrix
        margins = self._learned.machines.margins(features)
        if self.multi_label:
            return decide_multi(margins, self.tree_, None if self.background else self._learned.probabilities(features))
        decided = decide_single(margins, self.tree_, self._n_labels)
        return self._names[decided]

    @property
    def _names(self) -> NDArray[Any]:
        """The labels that can be an answer, and None if that can be one."""
        labels = self.classes_[: self._n_labels]
        return np.array([*labels.tolist(), None], dtype=object) if self.background else labels

    def _keep(self, known: Known) -> None:
        """Let the texts whose labels are known have them."""
        if self.multi_label:
            self.labels_[known.texts] = (known.shares[:, :-1] > 0) @ self.tree_.above[: self._n_labels]
        else:
            self.labels_[known.texts] = self._names[known.shares[:, :-1].argmax(axis=1)]
