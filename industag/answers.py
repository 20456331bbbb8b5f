"""What a tagger answers with, and what it is asked: tags with their evidence, sums, and options."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from industag.scoring import Contribution
from industag.taxonomy import LEVELS

Status = Literal["tagged", "review", "none"]

WEAK_EVIDENCE = 0.3
"""A term that adds less than this to a score is not shown as evidence of a tag; ``explain`` shows everything."""


class Evidence(NamedTuple):
    """A place in the text that speaks for a tag: ``text[start:end]``, found as ``term``, adding ``value`` to the score."""

    start: int
    end: int
    text: str
    kind: Literal["keyword", "term"]
    term: str
    value: float


class Tag(NamedTuple):
    """A label given to a text.

    Attributes:
        label: The label's id.
        names: Its name in each language.
        probability: In [0, 1].
        status: "tagged", or "review" where a person should look.
        evidence: What speaks for it, the strongest first.
        via: The label below whose evidence it rests on; the label itself where it stands on its own.
    """

    label: str
    names: Mapping[str, str]
    probability: float
    status: Status
    evidence: tuple[Evidence, ...]
    via: str


class TaggedText(NamedTuple):
    """The answer for a text or a sentence: ``text[start:end]`` of what was given.

    Attributes:
        text: The text or sentence itself.
        start: Where it begins in the text that was given.
        end: Where it ends.
        tags: The labels given, the most specific ones only, by falling probability.
        review: The labels that a person should look at.
        sentences: The answer for each sentence; empty within a sentence.
    """

    text: str
    start: int
    end: int
    tags: tuple[Tag, ...]
    review: tuple[Tag, ...]
    sentences: tuple[TaggedText, ...] = ()

    @property
    def labels(self) -> tuple[str, ...]:
        """The ids of the labels given."""
        return tuple(tag.label for tag in self.tags)

    @property
    def status(self) -> Status:
        """What became of the text: "tagged", "review", or "none"."""
        return "tagged" if self.tags else "review" if self.review else "none"


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why a sentence got a probability for a label: ``bias`` and ``contributions`` add up to ``score``.

    Attributes:
        label: The label.
        sentence: The sentence.
        start: Where the sentence begins in the text that was given.
        probability: Of the label; where a label below it is likelier, that one's.
        threshold: From which probability on the label is given; it is given too where one below it is.
        given: Whether the label is given.
        via: The label whose sum this is: the label itself, or the one below that it rests on.
        bias: The score with nothing found.
        contributions: What each place adds, in the offsets of the text that was given, in text order.
        score: The sum.
        slope: probability = 1 / (1 + exp(-(slope x score + offset))).
        offset: See ``slope``.
    """

    label: str
    sentence: str
    start: int
    probability: float
    threshold: float
    given: bool
    via: str
    bias: float
    contributions: tuple[Contribution, ...]
    score: float
    slope: float
    offset: float


@dataclass(frozen=True, slots=True)
class TagOptions:
    """What to answer.

    Attributes:
        level: The finest level to answer at, one of "branch", "field", "industry", "segment".
        min_probability: Give every label from this probability on, in [0, 1]; by default each label has its own threshold.
        include: Answer with these labels and those below them only; empty for all.
        exclude: Never answer with these labels and those below them.
    """

    level: str = LEVELS[-1]
    min_probability: float | None = None
    include: frozenset[str] = field(default_factory=frozenset)
    exclude: frozenset[str] = field(default_factory=frozenset)

    def __post_init__(self) -> None:
        for name in ("include", "exclude"):
            if isinstance(getattr(self, name), str):
                raise ValueError(f"{name} must be a set of ids, as in {{{getattr(self, name)!r}}}, not a string")
        if self.level not in LEVELS:
            raise ValueError(f"level {self.level!r} is none of {', '.join(LEVELS)}")
        if self.min_probability is not None and not 0.0 <= self.min_probability <= 1.0:
            raise ValueError(f"min_probability {self.min_probability} is not in [0, 1]")


AS_USUAL = TagOptions()
"""Answer with the finest labels there are, each from its own threshold on."""
