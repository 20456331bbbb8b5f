"""Learning where a text has several labels, or none.

1. ``keyword_evidence``: how surely a text's keywords name each label. Texts without any keyword teach nothing at first.
2. Expectation-maximisation over a naive Bayes (Nigam et al. 2000), on TF-IDF rows of length 1, with "none" as one more label
   that is like all texts. Each round learns from the keywords again (Basu et al. 2002), so that rare labels are not lost.
3. A linear support vector machine per label, in a tree for all below it as well. A text teaches its likeliest label if it is
   among the surest, and every label that its keywords name. The margin from which a label is given is well on the side of
   "no", because a text that has two labels has taught one of them only.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from industag.seeded.bayes import label_mass, softmax, surest, word_odds
from industag.seeded.evidence import keyword_evidence
from industag.seeded.label_tree import LabelTree
from industag.seeded.machines import Machines, train_machines
from industag.seeded.task import Learned, Settings, Task
from industag.seeded.texts import Matrix

_ROUNDS = 3
_LEAST = 0.1
"""What is added to each label's number of texts, so that none dies out."""
_CERTAIN = 0.4
"""From which share of a text's evidence on, counting 1 for none, its keywords name a label."""
_FINAL_SHARE = 0.8
_LINE = -0.7
"""The margin from which on a label is given."""


def learn_multi(task: Task, settings: Settings) -> Learned:
    """Return what the texts and keywords teach.

    Raises:
        ValueError: No keyword occurs.
    """
    evidence = np.asarray((task.features @ keyword_evidence(task.keywords, task.space, task.features)).toarray())
    hits = evidence[evidence > 0.02]
    if not len(hits):
        raise ValueError("keywords of at least one label must occur in the texts; give more or commoner keywords")
    evidence /= np.sqrt(np.mean(hits**2))
    start = np.column_stack([evidence, np.zeros(len(evidence), dtype=np.float32)])
    start /= start.sum(axis=1, keepdims=True) + 1.0
    task.known.pin(start)
    odds, log_shares, posterior = _rounds(task, settings, start)
    return Learned(odds, log_shares, 1.0, _machines(task, posterior, start))


def _rounds(task: Task, settings: Settings, start: Matrix) -> tuple[Matrix, Matrix, Matrix]:
    """Return the last round's log odds of terms, log shares of labels, and posteriors of texts; none is the last column."""
    n_labels = len(task.keywords)
    none = 1.0 / (1.0 + np.sqrt(n_labels))  # the fewer the labels, the more that none of them is about
    posterior = start
    for step in range(settings.n_rounds or _ROUNDS):
        taught = (posterior + settings.anchor * start if step else start)[:, :n_labels]
        odds = word_odds(label_mass(task.features, taught), task.space.background, toward_seeded=True)
        odds = np.column_stack([odds, np.zeros(len(odds), dtype=np.float32)])  # what has no label is like all texts
        shares = taught.sum(axis=0) + _LEAST
        log_shares = np.log(np.append(shares / shares.sum() * (1.0 - none), none)).astype(np.float32)
        posterior = softmax(np.asarray(task.features @ odds) + log_shares)
        task.known.pin(posterior)
    return odds, log_shares, posterior


def _machines(task: Task, posterior: Matrix, start: Matrix) -> Machines:
    """Return a machine for each label of the tree, which takes the texts of the labels below it too."""
    n_labels = len(task.keywords)
    named = start[:, :n_labels] > _CERTAIN
    chosen = surest(posterior, _FINAL_SHARE) | named.any(axis=1)
    chosen[task.known.texts] = True
    likeliest = np.zeros(posterior.shape, dtype=np.bool_)
    likeliest[np.arange(len(posterior)), posterior.argmax(axis=1)] = True
    targets = named | likeliest[:, :n_labels]
    targets[task.known.texts] = task.known.shares[:, :n_labels] > 0
    return train_machines(task.features[chosen], targets[chosen] @ task.tree.above[:n_labels])


def decide_multi(margins: Matrix, tree: LabelTree, posterior: Matrix | None = None) -> NDArray[np.bool_]:
    """Return which labels each text has, (n_texts, n_labels); with ``posterior``, where none is sure, the likeliest."""
    given = np.asarray(margins > _LINE)
    if posterior is not None:
        bare = np.flatnonzero(~given.any(axis=1))
        given[bare, posterior[bare, :-1].argmax(axis=1)] = True
    return np.asarray(given @ tree.above)
