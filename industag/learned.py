"""What was learned elsewhere, as tables of terms and numbers: terms that a person has read over, and weights of terms.

Neither table holds a sentence, so both can go where the texts that they were learned from must not.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from industag.errors import IndustagError, InputError, SeedsError, shortened
from industag.reading.decoding import read_text
from industag.taxonomy import Taxonomy
from industag.units import split_units

HINT = 0.5
"""The weight that a term is proposed with: two of them make a tag, one of them something to review."""

_TERM_COLUMNS = ("label", "term", "with_label", "in_all", "weight")
_WEIGHT_COLUMNS = ("label", "term", "idf", "weight")
_TOO_HIGH = 1000


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


@dataclass(frozen=True, slots=True)
class TermWeight:
    """A weight that training on other texts gave a term; training begins with it and is held to it.

    Attributes:
        label: The label.
        term: The term, joined: see ``terms.candidate_terms``.
        idf: Its inverse document frequency there, >= 1.
        weight: What it adds to the label's score, times its TF-IDF value.
    """

    label: str
    term: str
    idf: float
    weight: float


Row = TypeVar("Row", LearnedTerm, TermWeight)


def table_of_terms(terms: Iterable[LearnedTerm]) -> str:
    """Return learned terms as a table of tab-separated values."""
    return _table(_TERM_COLUMNS, ((t.label, t.term, str(t.with_label), str(t.in_all), f"{t.weight:g}") for t in terms))


def read_learned_terms(path: str | Path, taxonomy: Taxonomy) -> list[LearnedTerm]:
    """Return the learned terms of a table.

    Raises:
        SeedsError: The table cannot be read, or has rows that cannot be used; every such row is named.
    """

    def parse(label: str, cells: Sequence[str]) -> LearnedTerm:
        term, with_label, in_all, weight = cells
        found = LearnedTerm(label, term, int(with_label), int(in_all), float(weight))
        if not 0 < found.weight <= 1:
            raise ValueError(f"the weight must be above 0 and at most 1, not {weight}")
        return found

    return _read(path, _TERM_COLUMNS, taxonomy, parse)


def table_of_weights(weights: Iterable[TermWeight]) -> str:
    """Return weights of terms as a table of tab-separated values."""
    return _table(_WEIGHT_COLUMNS, ((w.label, w.term, f"{w.idf:.4f}", f"{w.weight:.4f}") for w in weights))


def read_term_weights(path: str | Path, taxonomy: Taxonomy) -> list[TermWeight]:
    """Return the weights of terms of a table.

    Raises:
        SeedsError: The table cannot be read, or has rows that cannot be used; every such row is named.
    """
    idf: dict[str, float] = {}

    def parse(label: str, cells: Sequence[str]) -> TermWeight:
        found = TermWeight(label, cells[0], float(cells[1]), float(cells[2]))
        if not (1 <= found.idf < _TOO_HIGH and abs(found.weight) < _TOO_HIGH):
            raise ValueError(f"an idf is 1 or more, and it and the weight are numbers below {_TOO_HIGH}")
        if split_units(found.term).joined != found.term:
            raise ValueError(
                f"{found.term!r} is no term: small letters, without spaces, as `industag model weights` writes it"
            )
        if idf.setdefault(found.term, found.idf) != found.idf:
            raise ValueError(f"{found.term!r} has another idf in a line before")
        return found

    return _read(path, _WEIGHT_COLUMNS, taxonomy, parse)


def _table(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    return "".join("\t".join(row) + "\n" for row in (columns, *rows))


def _read(
    path: str | Path, columns: Sequence[str], taxonomy: Taxonomy, parse: Callable[[str, Sequence[str]], Row]
) -> list[Row]:
    """Return the rows of a table, each made by ``parse`` from its label, as it is called today, and its other cells."""
    try:
        header, *lines = read_text(Path(path)).splitlines() or [""]
    except InputError as cause:
        raise SeedsError(str(cause)) from cause
    if header.split("\t") != list(columns):
        raise SeedsError(f"{path}: the first line must be the columns {', '.join(columns)}, separated by tabs")
    found: list[Row] = []
    problems: list[str] = []
    known: dict[tuple[str, str], int] = {}
    for number, line in enumerate(lines, 2):
        try:
            label, *cells = line.split("\t")
            if len(cells) + 1 != len(columns):
                raise ValueError(f"{len(cells) + 1} columns instead of {len(columns)}")
            if not cells[0].strip():
                raise ValueError("the term is missing")
            row = parse(taxonomy.resolve(label), cells)
            first = known.setdefault((row.label, row.term), number)
            if first != number:
                raise ValueError(f"{row.term!r} stands for {row.label} in line {first} already")
        except (ValueError, IndustagError) as error:
            problems.append(f"{path}:{number}: {error}")
        else:
            found.append(row)
    if problems:
        raise SeedsError(shortened(problems))
    return found
