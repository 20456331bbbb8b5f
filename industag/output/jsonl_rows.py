"""Rows read back from the JSON Lines that ``tag`` writes, each line checked before use."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, NoReturn

from industag.errors import InputError

_LONGEST_LINE = 1 << 26
"""A longer line, in bytes, is no sentence; refusing it keeps memory bounded."""
_LARGEST_NUMBER = 1 << 53
"""From here on, not every whole number survives in the JSON of other programs."""
_MEND = "give the .jsonl file that 'industag tag ... -o tags.jsonl' wrote"


@dataclass(frozen=True, slots=True)
class ReadTag:
    """A label of a sentence.

    Attributes:
        label: The label's id.
        names: Its name in each language.
        probability: In [0, 1].
        spans: Where the evidence stands, as (start, end) in characters of the sentence.
    """

    label: str
    names: dict[str, str]
    probability: float
    spans: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class ReadRow:
    """A sentence with its tags, or a document that failed; see ``Row`` for what the attributes say."""

    doc: str
    row: int | None
    sentence: int
    page: int | None
    text: str
    status: str
    tags: tuple[ReadTag, ...]
    review: tuple[ReadTag, ...]
    error: str
    taxonomy: str
    model: str


def read_rows(path: str | Path) -> Iterator[ReadRow]:
    """Yield the rows of a ``.jsonl`` file, line by line.

    Raises:
        InputError: The file cannot be read, or a line is not a row; it is named.
    """
    try:
        with Path(path).open("rb") as file:
            yield from _rows(str(path), file)
    except OSError as error:
        raise InputError(f"{path}: cannot be read: {error.strerror or error}; {_MEND}") from error


def _rows(name: str, file: IO[bytes]) -> Iterator[ReadRow]:
    number = 0
    while line := file.readline(_LONGEST_LINE):
        number += 1
        try:
            if len(line) == _LONGEST_LINE:
                raise ValueError(f"the line is longer than {_LONGEST_LINE >> 20} MB")
            text = line.decode("utf-8-sig" if number == 1 else "utf-8")
            if text.strip():
                yield _row(_parsed(text))
        except ValueError as error:
            raise InputError(f"{name}:{number}: {error}; {_MEND}") from error


def _parsed(line: str) -> dict[str, Any]:
    """Return the object that a line holds."""
    try:
        record = json.loads(line, parse_constant=_not_json)
    except (ValueError, RecursionError) as error:
        raise ValueError(f"not a line of JSON: {error}") from error
    if not isinstance(record, dict):
        raise ValueError("not an object of JSON")
    return record


def _not_json(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is not a number of JSON")


def _row(record: dict[str, Any]) -> ReadRow:
    text, start = _text(record, "text"), _number(record, "start")
    tags, review = (tuple(_tag(each, start, len(text)) for each in _list(record, key)) for key in ("tags", "review"))
    status = _text(record, "status")
    if status not in (("tagged",) if tags else ("review",) if review else ("none", "error")):
        raise ValueError(f"status {status!r} does not go with {len(tags)} tags and {len(review)} labels to review")
    return ReadRow(
        doc=_text(record, "doc"),
        row=_number_or_none(record, "row"),
        sentence=_number(record, "sentence"),
        page=_number_or_none(record, "page"),
        text=text,
        status=status,
        tags=tags,
        review=review,
        error=_text(record, "error") if status == "error" else "",
        taxonomy=_text(record, "taxonomy"),
        model=_text(record, "model"),
    )


def _tag(record: Any, start: int, length: int) -> ReadTag:  # noqa: ANN401 - whatever the file holds
    """Return a tag of a sentence that starts at ``start`` and has ``length`` characters."""
    if not isinstance(record, dict):
        raise ValueError("a tag must be an object with label, en, zh, probability and evidence")
    probability = record.get("probability")
    if not isinstance(probability, int | float) or isinstance(probability, bool) or not 0 <= probability <= 1:
        raise ValueError(f"'probability' must be a number from 0 to 1, not {_shown(probability)}")
    return ReadTag(
        label=_text(record, "label"),
        names={language: _text(record, language) for language in ("en", "zh")},
        probability=float(probability),
        spans=tuple(_span(each, start, length) for each in _list(record, "evidence")),
    )


def _span(record: Any, start: int, length: int) -> tuple[int, int]:  # noqa: ANN401 - whatever the file holds
    if not isinstance(record, dict):
        raise ValueError("a piece of evidence must be an object with start and end")
    first, last = _number(record, "start") - start, _number(record, "end") - start
    if not 0 <= first <= last <= length:
        raise ValueError(f"evidence at {first + start} to {last + start} lies outside its sentence")
    return first, last


def _text(record: dict[str, Any], key: str) -> str:
    value = record.get(key)
    if not isinstance(value, str):
        raise ValueError(f"{key!r} must be a text, not {_shown(value)}")
    return value


def _list(record: dict[str, Any], key: str) -> list[Any]:
    value = record.get(key)
    if not isinstance(value, list):
        raise ValueError(f"{key!r} must be a list, not {_shown(value)}")
    return value


def _number(record: dict[str, Any], key: str) -> int:
    value = record.get(key)
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value < _LARGEST_NUMBER:
        raise ValueError(f"{key!r} must be a whole number from 0 on, not {_shown(value)}")
    return value


def _number_or_none(record: dict[str, Any], key: str) -> int | None:
    return None if record.get(key) is None else _number(record, key)


def _shown(value: Any) -> str:  # noqa: ANN401 - whatever the file holds
    """Return a value short enough for a message."""
    if value is None:
        return "missing"
    if isinstance(value, dict | list):
        return "a list" if isinstance(value, list) else "an object"
    if isinstance(value, float) and not math.isfinite(value):
        return "an endless number"
    return repr(value)[:40] if isinstance(value, str) else json.dumps(value)[:40]
