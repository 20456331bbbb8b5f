"""Rows of comma-separated text, read strictly: a quote that is never closed is an error, not one very long cell."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator

from industag.errors import InputError
from industag.reading.blocks import LONGEST_LINE, text_lines


def read_rows(name: str, pieces: Iterable[str], delimiter: str = ",") -> Iterator[tuple[int, list[str]]]:
    r"""Yield the cells of each row that is not empty, with the number of the line in which the row begins.

    The text may come in pieces of any size; only a row at a time is in memory.

    Raises:
        InputError: The quotes in the text do not match; ``name`` says where it came from.

    >>> list(read_rows("a.csv", ['id,text\n1,"wind, power"\n']))
    [(1, ['id', 'text']), (2, ['1', 'wind, power'])]
    """
    csv.field_size_limit(LONGEST_LINE)
    lines = (line.replace("\x00", "\ufffd") for line in text_lines(pieces, name))
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    line = 1
    try:
        for row in reader:
            if any(row):
                yield line, row
            line = reader.line_num + 1
    except csv.Error as error:
        message = "the row that begins here has a quote that is never closed, or text behind a closing quote"
        raise InputError(f"{name}:{line}: {message}; double each quote inside a cell") from error
