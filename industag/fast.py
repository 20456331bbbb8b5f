"""The bridge to the compiled loops: when they are worth it, and their answers as everybody else's."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from importlib.util import find_spec
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from industag.answers import Evidence, Status, Tag, TaggedText
from industag.calibration import Calibration
from industag.errors import ExtraError
from industag.scoring import Scorer

if TYPE_CHECKING:
    from industag.kernel.engine import Answers

_SWITCH = "INDUSTAG_FAST"
"""This environment variable says "never" or "always"; anything else is as if it were not there."""
_WORTH_IT = 2_000_000
"""From this many characters on the loops are faster although they have to be loaded first, which takes a second."""
_WORTH_COMPILING = 20_000_000
"""From this many on they are faster although they have to be compiled first."""


def is_worth_it(n_characters: int) -> bool:
    """Tell whether so much text is tagged sooner in compiled loops."""
    switch = os.environ.get(_SWITCH, "")
    if switch == "always":
        return True
    if switch == "never" or n_characters < _WORTH_IT or find_spec("numba") is None:
        return False
    from industag.kernel.compiling import is_ready

    return n_characters >= _WORTH_COMPILING or is_ready()


class FastTagger:
    """Tags batches in compiled loops; it never changes, so threads can share it.

    Raises:
        ExtraError: The extra ``fast`` is not installed.
    """

    def __init__(self, scorer: Scorer, calibration: Calibration) -> None:
        if find_spec("numba") is None:
            raise ExtraError("the compiled loops need numba: pip install 'industag[fast]'")
        from industag.kernel.engine import Engine

        self.engine = Engine(scorer, calibration)
        self._labels = scorer.taxonomy.labels
        self._ids = scorer.taxonomy.ids
        self._terms = ([rule.term for rule in scorer.rules.rules], scorer.vocabulary.keys)

    def tag_each(
        self,
        texts: Iterable[str],
        threshold: NDArray[np.float64],
        review_from: NDArray[np.float64],
        allowed: NDArray[np.bool_],
    ) -> Iterator[list[TaggedText]]:
        """Yield for each text the tags of its sentences; the arrays are per label, as ``Choices`` has them."""
        choices = self.engine.choices(threshold, review_from, allowed)
        for answers in self.engine.tag(texts, choices):
            yield from self._by_text(answers)

    def count_sentences(self, text: str) -> int:
        """Return how many sentences a text has."""
        return self.engine.count_sentences(text)

    def _by_text(self, answers: Answers) -> Iterator[list[TaggedText]]:
        spans = (answers.spans - np.repeat(answers.bounds[:-1], np.diff(answers.sentences))[:, None]).tolist()
        begins, tags = answers.begins["answer"].tolist(), answers.begins["tags"].tolist()
        sentences = answers.sentences.tolist()
        for number, text in enumerate(answers.texts):
            own = []
            for sentence in range(sentences[number], sentences[number + 1]):
                start, end = spans[sentence]
                begin, stop = begins[sentence], begins[sentence + 1]
                if begin == stop:
                    own.append(TaggedText(text[start:end], start, end, (), ()))
                    continue
                review = begin + tags[sentence]
                tagged = tuple(self._tag(answers, answer, text, start, "tagged") for answer in range(begin, review))
                doubtful = tuple(self._tag(answers, answer, text, start, "review") for answer in range(review, stop))
                own.append(TaggedText(text[start:end], start, end, tagged, doubtful))
            yield own

    def _tag(self, answers: Answers, number: int, text: str, offset: int, status: Status) -> Tag:
        """Return an answer as a tag; ``offset`` is where the sentence starts in the text."""
        probability, label, via, piece = answers.answers[number].item()
        entry = self._labels[label]
        pieces = answers.pieces[piece : answers.answers[number + 1]["piece"]].tolist()
        evidence = tuple(
            Evidence(
                offset + start,
                offset + end,
                text[offset + start : offset + end],
                "term" if is_term else "keyword",
                self._terms[is_term][term],
                value,
            )
            for value, start, end, term, is_term in pieces
        )
        return Tag(entry.id, entry.names, probability, status, evidence, self._ids[via])
