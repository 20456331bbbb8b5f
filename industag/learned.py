"""Learned terms: what text without labels showed to go with a label, read over by a person.

They stand in a table of terms and numbers.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from industag.errors import IndustagError, InputError, SeedsError
from industag.reading.decoding import read_text
from industag.taxonomy import Taxonomy

HINT = 0.5
"""The weight that a term is proposed with: two of them make a tag, one of them something to review."""

_COLUMNS = ("label", "term", "with_label", "in_all", "weight")
_MOST_SHOWN = 20


@dataclass(frozen=True, slots=True)
class LearnedTerm:
    """A term that goes with a label; in training it counts like a keyword of the label.

    Attributes:
        label: The label.
        term: The term, in one of its spellings.
        with_label: In how many sentences it stood beside other keywords of the label, when it was learned.
        in_all: In how many sentences it stood.
        weight: How far the term alone proves the label, in (0, 1]; two halves make a whole.
    """

    label: str
    term: str
    with_label: int
    in_all: int
    weight: float = HINT


def write_learned_terms(terms: Iterable[LearnedTerm], path: str | Path) -> None:
    """Write learned terms as a table of tab-separated values."""
    rows = (f"{t.label}\t{t.term}\t{t.with_label}\t{t.in_all}\t{t.weight:g}" for t in terms)
    Path(path).write_text("\n".join(["\t".join(_COLUMNS), *rows]) + "\n", encoding="utf-8")


def read_learned_terms(path: str | Path, taxonomy: Taxonomy) -> list[LearnedTerm]:
    """Return the learned terms of a table.

    Raises:
        SeedsError: The table cannot be read, or has rows that cannot be used; every such row is named.
    """
    try:
        header, *lines = read_text(Path(path)).splitlines() or [""]
    except InputError as cause:
        raise SeedsError(str(cause)) from cause
    if tuple(header.split("\t")) != _COLUMNS:
        raise SeedsError(f"{path}: the first line must be the columns {', '.join(_COLUMNS)}, separated by tabs")
    terms: list[LearnedTerm] = []
    problems: list[str] = []
    known: dict[tuple[str, str], int] = {}
    for number, line in enumerate(lines, 2):
        try:
            term = _term(line.split("\t"), taxonomy)
            first = known.setdefault((term.label, term.term), number)
            if first != number:
                raise ValueError(f"{term.term!r} stands for {term.label} in line {first} already")
        except (ValueError, IndustagError) as error:
            problems.append(f"{path}:{number}: {error}")
        else:
            terms.append(term)
    if problems:
        raise SeedsError("\n".join(_shortened(problems)))
    return terms


def _term(cells: list[str], taxonomy: Taxonomy) -> LearnedTerm:
    """Return the term that a row holds."""
    if len(cells) != len(_COLUMNS):
        raise ValueError(f"{len(cells)} columns instead of {len(_COLUMNS)}")
    label, term, with_label, in_all, weight = cells
    if not term.strip():
        raise ValueError("the term is missing")
    found = LearnedTerm(taxonomy.resolve(label), term, int(with_label), int(in_all), float(weight))
    if not 0 < found.weight <= 1:
        raise ValueError(f"the weight must be above 0 and at most 1, not {weight}")
    return found


def _shortened(problems: list[str]) -> Iterator[str]:
    yield from problems[:_MOST_SHOWN]
    if len(problems) > _MOST_SHOWN:
        yield f"... and {len(problems) - _MOST_SHOWN} more"
