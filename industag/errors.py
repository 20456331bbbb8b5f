"""The errors that a user can mend; each message says where, what was found, and what to do."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

_MOST_SHOWN = 20


class IndustagError(Exception):
    """Base of every error that industag raises on purpose."""


class TaxonomyError(IndustagError):
    """The taxonomy's YAML files cannot be used as they are."""


class SeedsError(IndustagError):
    """A file under ``seeds/`` cannot be used as it is."""


class LabelsError(IndustagError):
    """A file of labelled sentences cannot be used as it is."""


class ArtefactError(IndustagError):
    """A model folder or export is missing, damaged, or made by another version."""


class InputError(IndustagError):
    """A document cannot be read: missing, binary, wrong encoding, no such column."""


class OutputError(IndustagError):
    """A result cannot be written."""


class ExtraError(IndustagError):
    """A library is wanted that comes with an extra, and is not installed."""


class UnknownLabelError(IndustagError, KeyError):
    """A label id that the taxonomy does not have."""

    def __str__(self) -> str:
        return str(self.args[0])


def shortened(problems: Sequence[str]) -> str:
    """Return problems as lines: the first twenty, and how many more there are."""
    more = [f"... and {len(problems) - _MOST_SHOWN} more"] if len(problems) > _MOST_SHOWN else []
    return "\n".join([*problems[:_MOST_SHOWN], *more])


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Return ``", did you mean 'x'?"`` for the known word nearest to ``word``, or an empty string.

    >>> did_you_mean("quantum-computting", ["quantum-computing", "software"])
    ", did you mean 'quantum-computing'?"
    """
    import difflib  # only a mistake needs it, and every start would pay for it

    near = difflib.get_close_matches(word, list(known), n=1, cutoff=0.6)
    return f", did you mean {near[0]!r}?" if near else ""
