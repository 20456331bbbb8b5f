"""Learning where a text has one label, or with a background at most one.

1. ``first_guess``: how like a text is to each label's keywords; with a background, ``none_score`` is what there is to beat.
2. ``word_odds``, round by round: expectation-maximisation over a tempered naive Bayes (Nigam et al. 2000), on TF-IDF rows of
   length 1. It starts from the surest half of each label's texts and lets more in by and by (self-paced learning, Kumar et
   al. 2010). The first guess fades out as an anchor, and the words that it starts from stay as a prior, so that labels keep
   to their keywords; their shares stay what the first guess says, as far as that is more than noise.
3. A linear support vector machine per label (in the spirit of Wang and Manning 2012) on the surest texts of each. In a tree
   a label is as likely as the mean along its path says.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from industag.seeded.bayes import label_mass, softmax, surest, word_odds
from industag.seeded.guess import embed, first_guess, keyword_queries, none_score
from industag.seeded.label_tree import LabelTree
from industag.seeded.machines import Machines, train_machines
from industag.seeded.task import Learned, Settings, Task
from industag.seeded.texts import Matrix

_ROUNDS = 16
_TEMPER = 0.8
"""What a text's evidence counts in naive Bayes: less than 1, as its words are not independent."""
_START_SHARE, _FINAL_SHARE = 0.5, 0.8
"""Which share of each label's texts, the surest, the first round and the last step learn from."""
_PACE = 0.06
"""By how much the share grows from round to round."""
_FADE = 0.7


def learn_single(task: Task, settings: Settings) -> Learned:
    """Return what the texts and keywords teach."""
    queries = keyword_queries(task.keywords, task.space)
    guess = first_guess(task.features, embed(task.features, settings.n_components, settings.power), queries)
    shares = _believed_shares(softmax(guess), settings.doubt)
    if settings.background:
        guess = np.column_stack([guess, np.full(len(guess), none_score(queries), dtype=np.float32)])
        none = float(softmax(guess)[:, -1].mean())
        shares = np.append(shares * (1.0 - none), none)
    odds, logits = _rounds(task, settings, guess, np.log(shares).astype(np.float32))
    return Learned(odds, np.log(shares), _TEMPER, _machines(task, logits))


def _rounds(task: Task, settings: Settings, guess: Matrix, log_shares: Matrix) -> tuple[Matrix, Matrix]:
    """Return the last round's log odds of each term and label, and its scores of each text and label."""
    posterior = softmax(guess)
    first = None
    for step in range(settings.n_rounds or _ROUNDS):
        share = _START_SHARE + _PACE * step
        if share < 1.0:
            posterior *= surest(posterior, share)[:, None]
        task.known.pin(posterior)
        mass = label_mass(task.features, posterior)
        start = mass.copy() if first is None else first
        odds = word_odds(mass, task.space.background, toward_first=first)
        first = start
        if settings.background:
            odds[:, -1] = 0.0  # what has no label is like all texts
        logits = np.asarray(task.features @ (np.float32(_TEMPER) * odds))
        logits += log_shares + np.float32(settings.anchor * _FADE**step) * guess
        posterior = softmax(logits)
    return odds, logits


def _believed_shares(posterior: Matrix, doubt: float) -> Matrix:
    """Return the labels' shares: those of the first guess, drawn to equal ones as far as the difference may be noise."""
    shares = posterior.mean(axis=0, dtype=np.float64) + 1e-6
    divergence = float((shares * np.log(shares * len(shares))).sum())
    believed = shares ** (max(divergence, 0.0) / (max(divergence, 0.0) + doubt))
    return np.asarray(believed / believed.sum())


def _machines(task: Task, logits: Matrix) -> Machines:
    """Return a machine for each label, and one more for each label above others, that takes the texts of these too."""
    posterior = softmax(logits)
    chosen = surest(posterior, _FINAL_SHARE)
    chosen[task.known.texts] = True
    task.known.pin(posterior)
    targets = np.zeros(posterior.shape, dtype=np.bool_)
    targets[np.arange(len(targets)), posterior.argmax(axis=1)] = True
    n_labels = len(task.keywords)
    below = targets[:, :n_labels] @ task.tree.above[:n_labels, task.tree.inner]
    return train_machines(task.features[chosen], np.hstack([targets, below])[chosen])


def decide_single(margins: Matrix, tree: LabelTree, n_labels: int) -> NDArray[np.int64]:
    """Return the number of the label of each text; a number that no label has means none."""
    n_columns = margins.shape[1] - len(tree.inner)
    scores, over = margins[:, :n_columns].copy(), margins[:, n_columns:]
    for label in range(n_labels):
        above = [place for place, number in enumerate(tree.inner) if number != label and tree.above[label, number]]
        scores[:, label] = (scores[:, label] + over[:, above].sum(axis=1)) / (1 + len(above))
    return np.asarray(scores.argmax(axis=1))
