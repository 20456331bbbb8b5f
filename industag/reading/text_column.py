"""The text column of a table: which one it is; and what the other columns may hold."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from industag.errors import InputError, did_you_mean

DEFAULT_TEXT_COLUMN = "text"
_DEEPEST = 100


def text_column(place: str, header: Sequence[str], wanted: str | None) -> str:
    """Return the name of the column that holds the text; ``place`` is where the header stands, for errors.

    Raises:
        InputError: There is no such column, or two of the same name.
    """
    column = wanted or (header[0] if len(header) == 1 else DEFAULT_TEXT_COLUMN)
    repeated = {each for each in header if header.count(each) > 1}
    if repeated:
        raise InputError(f"{place}: column {sorted(repeated)[0]!r} stands twice in the header; rename one")
    if column not in header:
        hint = did_you_mean(column, header) or f"; there are {', '.join(header) or 'none'}"
        if len(header) == 1 and ";" in header[0]:
            hint = "; its columns seem to be separated by ';', save it with commas or as .tsv"
        raise InputError(f"{place}: no column {column!r}{hint}; name the column of the text with --text-column")
    return column


def plain(value: Any, depth: int = 0) -> Any:  # noqa: ANN401 - plain data
    """Return a value as JSON can hold it: None in place of a number that JSON does not have, other things as text.

    Raises:
        RecursionError: Lists or objects stand in each other deeper than any table needs.
    """
    if depth > _DEEPEST:
        raise RecursionError(f"nested deeper than {_DEEPEST} levels")
    if isinstance(value, dict):
        return {str(key): plain(each, depth + 1) for key, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(each, depth + 1) for each in value]
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value if value is None or isinstance(value, (str, bool, int, float)) else _as_text(value)


def _as_text(value: Any) -> str:  # noqa: ANN401 - a date, a decimal, bytes
    """Return a value of another type as text."""
    return value.decode("utf-8", "backslashreplace") if isinstance(value, bytes) else str(value)
