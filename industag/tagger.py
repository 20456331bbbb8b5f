"""The tagger: text in, tags with their evidence out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, overload

import numpy as np
from numpy.typing import NDArray

from industag.answers import AS_USUAL, WEAK_EVIDENCE, Evidence, Explanation, Status, Tag, TaggedText, TagOptions
from industag.calibration import REVIEW_SHARE, Calibration
from industag.fast import FastTagger, Judging, LineWriter, Wording, is_worth_it
from industag.scoring import Contribution, Reading, Scorer, add_up
from industag.sentences import split_sentences
from industag.taxonomy import LEVELS, Taxonomy

Vector = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class _Judgement:
    """The probabilities of one sentence and which label each rests on."""

    reading: Reading
    start: int
    probabilities: Vector
    via: NDArray[np.int64]


class Tagger:
    """Tags texts with a trained model; its answers never change, so threads can share it and processes can copy it.

    >>> import industag
    >>> tagger = industag.load()
    >>> tagger.tag("The city will build a 500 MW offshore wind farm.").labels
    ('wind-power',)
    """

    def __init__(self, scorer: Scorer, calibration: Calibration, fingerprint: str = "") -> None:
        self.scorer = scorer
        self.calibration = calibration
        self.fingerprint = fingerprint
        ids = scorer.taxonomy.ids
        self._column = {label: number for number, label in enumerate(ids)}
        self._fast: FastTagger | None = None
        parents = [label.parent for label in scorer.taxonomy]
        # Children stand after their parents, so going backwards carries a child's probability all the way up.
        self._upwards = [
            (number, self._column[parent]) for number, parent in reversed(list(enumerate(parents))) if parent is not None
        ]

    def __getstate__(self) -> dict[str, Any]:
        return {**self.__dict__, "_fast": None}  # compiled loops do not travel

    @property
    def taxonomy(self) -> Taxonomy:
        """The taxonomy that the model was trained for."""
        return self.scorer.taxonomy

    def score(self, text: str) -> dict[str, float]:
        """Return the probability of every label, in [0, 1]: the highest that one of the text's sentences gets.

        A label's probability is never below that of a label under it.

        >>> import industag
        >>> scores = industag.load().score("量子计算机")
        >>> scores["quantum-computing"] <= scores["quantum-information"] <= scores["future"]
        True
        """
        judged = [judgement.probabilities for judgement in self._judge(text)]
        highest = np.max(judged, axis=0) if judged else self._judge_sentence("", 0).probabilities
        return dict(zip(self.taxonomy.ids, highest.tolist(), strict=True))

    @overload
    def tag(self, texts: str, options: TagOptions = ...) -> TaggedText: ...  # type: ignore[overload-overlap]  # a str is no batch
    @overload
    def tag(self, texts: Iterable[str], options: TagOptions = ...) -> list[TaggedText]: ...
    def tag(self, texts: str | Iterable[str], options: TagOptions = AS_USUAL) -> TaggedText | list[TaggedText]:
        """Return the tags of a text, or of each text, with their evidence; sentence by sentence and together.

        Raises:
            UnknownLabelError: ``options`` name a label that the taxonomy does not have.
            TypeError: A text is not a string.
        """
        if isinstance(texts, str):
            return self._together(texts, tuple(self.tag_sentences(texts, options)))
        if texts is None or isinstance(texts, bytes):
            raise TypeError(f"give a text or texts, not {type(texts).__name__}")
        checked = [_checked(text, number) for number, text in enumerate(texts)]
        if self._fast is None and is_worth_it(sum(map(len, checked))):
            self.speed_up()
        found = self.tag_each(checked, options)
        return [self._together(text, tuple(sentences)) for text, sentences in zip(checked, found, strict=True)]

    def tag_sentences(self, text: str, options: TagOptions = AS_USUAL) -> Iterator[TaggedText]:
        """Yield the tags of each sentence of a text, one by one as they are found; for texts that are long.

        Raises:
            UnknownLabelError: ``options`` name a label that the taxonomy does not have.
        """
        for sentences in self.tag_each([text], options):
            yield from sentences

    def tag_each(self, texts: Iterable[str], options: TagOptions = AS_USUAL) -> Iterator[Iterable[TaggedText]]:
        """Yield the tags of the sentences of each text, text by text; for texts that are many.

        Raises:
            UnknownLabelError: ``options`` name a label that the taxonomy does not have.
        """
        choice = _Choice(self.taxonomy, self.calibration, options)
        if self._fast is not None:
            return self._fast.tag_each(map(_checked, texts), choice.judging)
        return (map(lambda judgement: self._tag_sentence(judgement, choice), self._judge(text)) for text in texts)

    @property
    def is_fast(self) -> bool:
        """Whether batches are tagged in compiled loops."""
        return self._fast is not None

    def line_writer(self, wording: Wording, options: TagOptions = AS_USUAL) -> LineWriter:
        """Return what tags texts in compiled loops and writes the answers as lines of JSON there.

        Raises:
            UnknownLabelError: ``options`` name a label that the taxonomy does not have.
            ValueError: The tagger does not use the loops; see ``speed_up``.
        """
        if self._fast is None:
            raise ValueError("the tagger does not use the compiled loops; call speed_up first")
        return self._fast.line_writer(_Choice(self.taxonomy, self.calibration, options).judging, wording)

    def split(self, text: str) -> NDArray[np.int64]:
        """Return where the sentences that ``tag`` finds in a text start and end, shape (n_sentences, 2).

        >>> import industag
        >>> industag.load().split("One. Two.").tolist()
        [[0, 4], [5, 9]]
        """
        if self._fast is not None:
            return self._fast.split(text)
        return np.array([(span.start, span.end) for span in split_sentences(text)], dtype=np.int64).reshape(-1, 2)

    def speed_up(self) -> Tagger:
        """Tag batches in compiled loops from now on, tens of times faster, with the same answers; return the tagger.

        ``tag`` does so by itself where the texts are so many that it is worth it. The loops are compiled once on a machine,
        which takes about half a minute. Single texts are tagged as before.

        Raises:
            ExtraError: The extra ``fast`` is not installed.
        """
        if self._fast is None:
            self._fast = FastTagger(self.scorer, self.calibration)
        return self

    def explain(self, text: str, labels: Iterable[str] | None = None) -> list[Explanation]:
        """Return the sums behind the tags of each sentence, or behind the given labels.

        Raises:
            UnknownLabelError: The taxonomy does not have one of the labels.

        >>> import industag
        >>> why = industag.load().explain("The rocket carries a quantum satellite.", ["commercial-space"])[0]
        >>> abs(why.bias + sum(each.value for each in why.contributions) - why.score) < 1e-6
        True
        """
        if isinstance(labels, str):
            labels = [labels]
        wanted = None if labels is None else [self._column[self.taxonomy.resolve(label)] for label in labels]
        choice = _Choice(self.taxonomy, self.calibration, TagOptions())
        explanations: list[Explanation] = []
        for judgement in self._judge(text):
            tagged, review = choice.answers(judgement.probabilities)
            given = self.taxonomy.close(self.taxonomy.ids[label] for label in tagged)
            for label in [*tagged, *review] if wanted is None else wanted:
                explanations.append(self._explanation(judgement, label, self.taxonomy.ids[label] in given))
        return explanations

    def _judge(self, text: str) -> Iterator[_Judgement]:
        for span in split_sentences(_checked(text)):
            yield self._judge_sentence(text[span.start : span.end], span.start)

    def _judge_sentence(self, sentence: str, start: int) -> _Judgement:
        reading = self.scorer.read(sentence)
        probabilities = self.calibration.probabilities(self.scorer.scores(reading))
        via = np.arange(len(probabilities))
        for child, parent in self._upwards:
            if probabilities[child] > probabilities[parent]:
                probabilities[parent] = probabilities[child]
                via[parent] = via[child]
        return _Judgement(reading, start, probabilities, via)

    def _together(self, text: str, sentences: tuple[TaggedText, ...]) -> TaggedText:
        tags = _merge(tag for sentence in sentences for tag in sentence.tags)
        kept = self.taxonomy.most_specific(tag.label for tag in tags)
        implied = self.taxonomy.close(kept)
        review = _merge(tag for sentence in sentences for tag in sentence.review if tag.label not in implied)
        return TaggedText(text, 0, len(text), tuple(tag for tag in tags if tag.label in kept), tuple(review), sentences)

    def _tag_sentence(self, judgement: _Judgement, choice: _Choice) -> TaggedText:
        tagged, review = choice.answers(judgement.probabilities)
        start, text = judgement.start, judgement.reading.text
        return TaggedText(
            text,
            start,
            start + len(text),
            tuple(self._as_tag(judgement, label, "tagged") for label in tagged),
            tuple(self._as_tag(judgement, label, "review") for label in review),
        )

    def _as_tag(self, judgement: _Judgement, label: int, status: Status) -> Tag:
        entry = self.taxonomy.labels[label]
        via = int(judgement.via[label])
        text, offset = judgement.reading.text, judgement.start
        evidence = [
            Evidence(offset + c.start, offset + c.end, text[c.start : c.end], c.kind, c.term, c.value)
            for c in self.scorer.contributions(judgement.reading, via)
            if c.value > 0 and (c.kind == "keyword" or c.value >= WEAK_EVIDENCE)
        ]
        evidence.sort(key=lambda each: (each.kind != "keyword", -each.value, each.start))
        probability = float(judgement.probabilities[label])
        return Tag(entry.id, entry.names, probability, status, tuple(evidence), self.taxonomy.ids[via])

    def _explanation(self, judgement: _Judgement, label: int, given: bool) -> Explanation:
        via = int(judgement.via[label])
        bias = float(self.scorer.weights.bias[via])
        found = self.scorer.contributions(judgement.reading, via)
        offset = judgement.start
        return Explanation(
            label=self.taxonomy.ids[label],
            sentence=judgement.reading.text,
            start=offset,
            probability=float(judgement.probabilities[label]),
            threshold=float(self.calibration.threshold[label]),
            given=given,
            via=self.taxonomy.ids[via],
            bias=bias,
            contributions=tuple(Contribution(offset + c.start, offset + c.end, c.kind, c.term, c.value) for c in found),
            score=add_up(bias, found),
            slope=float(self.calibration.slope[via]),
            offset=float(self.calibration.offset[via]),
        )


_LEEWAY = 1e-12
"""What is below a threshold by less than this may be so by rounding alone, and is not taken to be."""


class _Choice:
    """Decides which labels of a sentence to answer with."""

    def __init__(self, taxonomy: Taxonomy, calibration: Calibration, options: TagOptions) -> None:
        self._taxonomy = taxonomy
        self._column = {label: number for number, label in enumerate(taxonomy.ids)}
        if options.min_probability is None:
            threshold, review_from = calibration.threshold, calibration.threshold * REVIEW_SHARE
        else:
            threshold = review_from = np.full(len(taxonomy), options.min_probability)
        self.threshold, self.review_from = (np.maximum(each - _LEEWAY, 0.0) for each in (threshold, review_from))
        self.allowed = self._allowed_labels(options)

    @property
    def judging(self) -> Judging:
        """The same for the compiled loops."""
        return Judging(self.threshold, self.review_from, self.allowed)

    def _allowed_labels(self, options: TagOptions) -> NDArray[np.bool_]:
        def below(labels: Iterable[str]) -> set[str]:
            return {each for label in labels for each in (self._taxonomy.resolve(label), *self._taxonomy.descendants(label))}

        included = below(options.include) if options.include else set(self._taxonomy.ids)
        excluded = below(options.exclude)
        finest = LEVELS.index(options.level)
        return np.array(
            [
                label.id in included and label.id not in excluded and LEVELS.index(label.level) <= finest
                for label in self._taxonomy
            ]
        )

    def answers(self, probabilities: Vector) -> tuple[list[int], list[int]]:
        """Return the labels to give and the labels to review, each the most specific ones, the likeliest first."""
        reached = np.flatnonzero(probabilities >= self.review_from)
        if not len(reached):
            return [], []
        ids = self._taxonomy.ids
        given = {ids[i] for i in reached if probabilities[i] >= self.threshold[i]}
        closed = self._taxonomy.close(given)
        tagged = self._taxonomy.most_specific(label for label in closed if self.allowed[self._column[label]])
        doubtful = {ids[i] for i in reached} - closed
        review = self._taxonomy.most_specific(label for label in doubtful if self.allowed[self._column[label]])
        return self._ordered(tagged, probabilities), self._ordered(review, probabilities)

    def _ordered(self, labels: Iterable[str], probabilities: Vector) -> list[int]:
        columns = [self._column[label] for label in labels]
        return sorted(columns, key=lambda column: (-round(float(probabilities[column]), 9), column))


def _checked(text: str, number: int | None = None) -> str:
    """Return the text if it is one; ``number`` is its place among several."""
    if not isinstance(text, str):
        which = "a text" if number is None else f"text {number}"
        raise TypeError(f"{which} must be a string, not {type(text).__name__}; give '' where there is none")
    return text


def _merge(tags: Iterable[Tag]) -> list[Tag]:
    """Return one tag per label: the likeliest, with the evidence of all; by falling probability."""
    by_label: dict[str, list[Tag]] = {}
    for tag in tags:
        by_label.setdefault(tag.label, []).append(tag)
    merged = []
    for same in by_label.values():
        best = max(same, key=lambda tag: tag.probability)
        others = [each for tag in same if tag is not best for each in tag.evidence]
        merged.append(Tag(best.label, best.names, best.probability, best.status, (*best.evidence, *others), best.via))
    return sorted(merged, key=lambda tag: -round(tag.probability, 9))
