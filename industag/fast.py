"""The bridge to the compiled loops: when they are worth it, and their answers as everybody else's."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from importlib.util import find_spec
from itertools import pairwise
from operator import is_
from typing import TYPE_CHECKING, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from industag.answers import Evidence, Status, Tag, TaggedText
from industag.calibration import Calibration
from industag.errors import ExtraError
from industag.extras import load_extra
from industag.scoring import Scorer

if TYPE_CHECKING:
    from industag.kernel.engine import Answers, Engine, Written
    from industag.kernel.tables import Choices

Piece = tuple[float, int, int, int]
KINDS: tuple[Literal["keyword"], Literal["term"]] = ("keyword", "term")
_SWITCH = "INDUSTAG_FAST"
"""This environment variable says "never" or "always"; anything else is as if it were not there."""
_WORTH_IT = 700_000
"""From this many characters on the loops are faster although they have to be loaded first, which takes a second.

In Chinese it is less than half as many.
"""
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


class Judging(NamedTuple):
    """What to answer with, for each label: from which probability on, to review from which on, and whether at all."""

    threshold: NDArray[np.float64]
    review_from: NDArray[np.float64]
    allowed: NDArray[np.bool_]


class Found(NamedTuple):
    """What the loops found in some texts, as plain lists.

    Attributes:
        texts: The texts.
        sentences: How many sentences there are before each text, and in all.
        starts: Where each sentence starts in its text.
        ends: Where it ends.
        answers: How many answers there are before each sentence, and in all.
        n_tags: How many of a sentence's answers are tags; the others, behind them, are to review.
        probabilities: Of each answer.
        labels: Of each answer, as numbers.
        pieces: How many pieces of evidence there are before each answer, and in all.
        evidence: Of each piece its value, start and end in the text, and whether it is a term.
        vias: Of each answer the label that it rests on.
        terms: Of each piece the number of its term or keyword.
    """

    texts: list[str]
    sentences: list[int]
    starts: list[int]
    ends: list[int]
    answers: list[int]
    n_tags: list[int]
    probabilities: list[float]
    labels: list[int]
    pieces: list[int]
    evidence: list[Piece]
    vias: list[int]
    terms: list[int]


class Titled(NamedTuple):
    """A text to write lines for.

    Attributes:
        text: What is tagged.
        shown: What is written; as long as the text.
        head: How each of its lines begins, in UTF-8; or all that is to say, where there is no text.
        number: The number of its first sentence; 0 where there is no text.
        offset: What is added to each place in it.
        pages: Where each of its pages begins.
        spans: Where its sentences stand, as ``Engine.split`` tells; None where that is not known.
    """

    text: str
    shown: str
    head: bytes
    number: int = 1
    offset: int = 0
    pages: tuple[int, ...] = ()
    spans: NDArray[np.int64] | None = None


class Wording(NamedTuple):
    """What lines have in common, in UTF-8.

    Attributes:
        untagged: How a line without an answer goes on behind the text.
        tail: How another one ends.
        heads: How an answer with each label begins.
    """

    untagged: bytes
    tail: bytes
    heads: Sequence[bytes]


class LineWriter:
    """Writes what the loops find as lines of JSON; it never changes, so threads can share it."""

    def __init__(self, engine: Engine, choices: Choices, wording: Wording) -> None:
        from industag.kernel.lines import wording_of

        self._engine = engine
        self._choices = choices
        self._wording = wording_of([wording.untagged, wording.tail, *wording.heads])

    def write(self, texts: Iterable[Titled]) -> Iterator[Written]:
        """Yield the lines for texts, those of some texts at a time."""
        from industag.kernel.engine import Texts, handfuls_of
        from industag.kernel.lines import titles_of

        for some in handfuls_of(texts, lambda each: len(each.text)):
            tagged, shown, heads, numbers, offsets, pages, spans = zip(*some, strict=True)
            known = None if any(each is None for each in spans) else spans
            handful = Texts(tagged, None if all(map(is_, tagged, shown)) else shown, known)
            yield self._engine.write(handful, titles_of(heads, numbers, offsets, pages), self._wording, self._choices)


def _found(answers: Answers) -> Found:
    """Return arrays as lists, places counted from the beginning of each text."""
    spans = answers.spans - np.repeat(answers.bounds[:-1], np.diff(answers.sentences))[:, None]
    before, pieces = answers.begins["answer"], answers.answers["piece"]
    start = np.repeat(np.repeat(spans[:, 0], np.diff(before)), np.diff(pieces))  # of the sentence of each piece
    evidence = answers.pieces
    return Found(
        answers.texts,
        answers.sentences.tolist(),
        spans[:, 0].tolist(),
        spans[:, 1].tolist(),
        before.tolist(),
        answers.begins["tags"].tolist(),
        answers.answers["probability"].tolist(),
        answers.answers["label"].tolist(),
        pieces.tolist(),
        list(
            zip(
                evidence["value"].tolist(),
                (evidence["start"] + start).tolist(),
                (evidence["end"] + start).tolist(),
                evidence["is_term"].tolist(),
                strict=True,
            )
        ),
        answers.answers["via"].tolist(),
        evidence["number"].tolist(),
    )


class FastTagger:
    """Tags batches in compiled loops; it never changes, so threads can share it.

    Raises:
        ExtraError: The extra ``fast`` is not installed.
    """

    def __init__(self, scorer: Scorer, calibration: Calibration) -> None:
        load_extra("numba", "the compiled loops need", ExtraError)
        from industag.kernel.engine import Engine

        self.engine = Engine(scorer, calibration)
        self._labels = scorer.taxonomy.labels
        self._ids = scorer.taxonomy.ids
        self._terms = ([rule.term for rule in scorer.rules.rules], scorer.vocabulary.keys)

    def tag_each(self, texts: Iterable[str], judging: Judging) -> Iterator[list[TaggedText]]:
        """Yield for each text the tags of its sentences."""
        for found in map(_found, self.engine.tag(texts, self.engine.choices(*judging))):
            yield from self._by_text(found)

    def line_writer(self, judging: Judging, wording: Wording) -> LineWriter:
        """Return what writes lines with so chosen answers."""
        return LineWriter(self.engine, self.engine.choices(*judging), wording)

    def split(self, text: str) -> NDArray[np.int64]:
        """Return where the sentences of a text start and end."""
        return self.engine.split(text)

    def _by_text(self, found: Found) -> Iterator[list[TaggedText]]:
        for text, (first, last) in zip(found.texts, pairwise(found.sentences), strict=True):
            own = []
            for sentence in range(first, last):
                start, end = found.starts[sentence], found.ends[sentence]
                begin, stop = found.answers[sentence], found.answers[sentence + 1]
                tagged = begin + found.n_tags[sentence]
                tags = tuple([self._tag(found, answer, text, "tagged") for answer in range(begin, tagged)])
                review = tuple([self._tag(found, answer, text, "review") for answer in range(tagged, stop)])
                own.append(TaggedText(text[start:end], start, end, tags, review))
            yield own

    def _tag(self, found: Found, answer: int, text: str, status: Status) -> Tag:
        """Return an answer as a tag."""
        entry = self._labels[found.labels[answer]]
        first, last = found.pieces[answer], found.pieces[answer + 1]
        pieces = zip(found.evidence[first:last], found.terms[first:last], strict=True)
        evidence = [
            Evidence(start, end, text[start:end], KINDS[is_term], self._terms[is_term][term], value)
            for (value, start, end, is_term), term in pieces
        ]
        via = self._ids[found.vias[answer]]
        return Tag(entry.id, entry.names, found.probabilities[answer], status, tuple(evidence), via)
