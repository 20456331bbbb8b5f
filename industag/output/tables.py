"""Tables: rows of a result as CSV that a spreadsheet opens safely, as a workbook, or as Parquet; a row at a time."""

from __future__ import annotations

import csv
import datetime
import io
import json
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from types import ModuleType
from typing import IO, Any

from industag.errors import OutputError
from industag.extras import load_extra
from industag.output.forms import Form, Shaped
from industag.output.records import free_names

_FORMULA = frozenset("=+-@＝＋－＠")
_MOST_ROWS = 1_048_576
"""A sheet of a workbook holds so many rows, the one with the names of the columns among them."""
_LONGEST_CELL = 32_767
_CUT = " … [cut: the whole is in jsonl, csv or parquet]"
_LARGEST_EXACT = 10**15
"""A spreadsheet rounds larger whole numbers."""
_BATCH = 10_000
_WIDTHS = {"text": 60, "quotations": 80, "doc": 24, "labels": 28, "names_en": 28, "names_zh": 20, "evidence": 28}
_WIDTH = 11


class Table:
    """The columns of a table, those of the input first, and the cells of its rows."""

    def __init__(self, form: Form, passed: Mapping[str, str]) -> None:
        names = free_names(passed, form.columns)
        self._form = form
        self._passed = tuple(passed)
        self.kinds: dict[str, str] = {**{names[column]: kind or "text" for column, kind in passed.items()}, **form.columns}

    def rows(self, shaped: Iterable[Shaped]) -> Iterator[list[Any]]:
        """Yield the cells of each row."""
        for passed, own in shaped:
            cells = self._form.cells(own)
            yield [*(passed.get(column) for column in self._passed), *(cells.get(column) for column in self._form.columns)]


def write_csv(table: Table, shaped: Iterable[Shaped], file: IO[bytes]) -> None:
    """Write a table as CSV: marked as UTF-8, and no cell can be taken for a formula."""
    text = io.TextIOWrapper(file, encoding="utf-8", errors="replace", newline="", write_through=False)
    text.write("\ufeff")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(map(_safe, table.kinds))
    writer.writerows(map(_safe, row) for row in table.rows(shaped))
    text.flush()
    text.detach()


def _safe(value: Any) -> Any:  # noqa: ANN401 - whatever the cell holds
    """Return a value that a spreadsheet shows as it is: a text that looks like a formula gets an apostrophe before it."""
    value = _plain(value)
    if not isinstance(value, str) or not value:
        return value
    first = value[0] if not value[0].isspace() else value.lstrip()[:1]
    return "'" + value if first in _FORMULA and not _is_number(value) else value


def _plain(value: Any) -> Any:  # noqa: ANN401 - whatever the cell holds
    """Return a value that fits into a cell: a list or a mapping as JSON, and no NUL."""
    if isinstance(value, (dict, list)):
        value = json.dumps(value, ensure_ascii=False)
    return value.replace("\x00", "\ufffd") if isinstance(value, str) else value


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def write_xlsx(table: Table, shaped: Iterable[Shaped], file: IO[bytes]) -> None:
    """Write a table as a workbook, texts as texts, never as formulas or links; more sheets where one is full.

    Raises:
        OutputError: xlsxwriter is not installed.
    """
    xlsxwriter = _library("xlsx")
    book = xlsxwriter.Workbook(file, {"constant_memory": True, "strings_to_urls": False, "strings_to_formulas": False})
    book.set_properties({"created": datetime.datetime(2000, 1, 1)})  # the same rows give the same bytes
    bold = book.add_format({"bold": True})
    rows = table.rows(shaped)
    first = next(rows, None)
    while True:
        sheet = _sheet(book, table, bold)
        for number, row in enumerate(_again(first, islice(rows, _MOST_ROWS - 1 - (first is not None))), start=1):
            for column, value in enumerate(row):
                _write_cell(sheet, number, column, value)
        first = next(rows, None)
        if first is None:
            break
    book.close()


def _again(first: list[Any] | None, rest: Iterable[list[Any]]) -> Iterator[list[Any]]:
    """Yield the first row, which was taken out to see whether there is one, and the rest."""
    if first is not None:
        yield first
    yield from rest


def _sheet(book: Any, table: Table, bold: Any) -> Any:  # noqa: ANN401 - xlsxwriter has no types
    """Return a new sheet with the names of the columns."""
    sheet = book.add_worksheet()
    sheet.ignore_errors({"number_stored_as_text": "A1:XFD1048576"})
    sheet.freeze_panes(1, 0)
    for column, name in enumerate(table.kinds):
        sheet.set_column(column, column, _WIDTHS.get(name, _WIDTH))
        sheet.write_string(0, column, _cut(str(_plain(name))), bold)
    return sheet


def _write_cell(sheet: Any, row: int, column: int, value: Any) -> None:  # noqa: ANN401 - xlsxwriter has no types
    if value is None or value == "":
        return
    if isinstance(value, bool):
        sheet.write_boolean(row, column, value)
    elif isinstance(value, (int, float)) and abs(value) < _LARGEST_EXACT:
        sheet.write_number(row, column, value)
    else:
        sheet.write_string(row, column, _cut(str(_plain(value))))


def _cut(text: str) -> str:
    """Return a text that is not too long for a cell, with a mark where it is cut; a cell counts as UTF-16 does."""
    if len(text) <= _LONGEST_CELL // 2 or len(text.encode("utf-16-le")) // 2 <= _LONGEST_CELL:
        return text
    room = 2 * (_LONGEST_CELL - len(_CUT))
    return text.encode("utf-16-le")[:room].decode("utf-16-le", "ignore") + _CUT


def write_parquet(table: Table, shaped: Iterable[Shaped], file: IO[bytes]) -> None:
    """Write a table as Parquet; a column of the input whose values are of several kinds is text.

    Raises:
        OutputError: pyarrow is not installed.
    """
    arrow = _library("parquet")
    parquet = load_extra("pyarrow.parquet", "parquet files need", OutputError)
    types = {"text": arrow.string(), "whole": arrow.int64(), "number": arrow.float64(), "flag": arrow.bool_()}
    schema = arrow.schema([(name, types[kind]) for name, kind in table.kinds.items()])
    rows = table.rows(shaped)
    with parquet.ParquetWriter(file, schema) as writer:
        while batch := list(islice(rows, _BATCH)):
            columns = [
                [_typed(value, kind) for value in column]
                for column, kind in zip(zip(*batch, strict=True), table.kinds.values(), strict=True)
            ]
            writer.write_table(arrow.table(columns, schema=schema))


def _typed(value: Any, kind: str) -> Any:  # noqa: ANN401 - whatever the cell holds
    """Return a value as a column of its kind holds it."""
    if value is None:
        return None
    if kind == "text" and not isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    return float(value) if kind == "number" else value


def check_library(kind: str) -> None:
    """See that the library for a kind of table is installed, before a long run that ends in one.

    Raises:
        OutputError: It is not; the message says how to install it.
    """
    if kind in _LIBRARIES:
        _library(kind)


_LIBRARIES = {"xlsx": "xlsxwriter", "parquet": "pyarrow"}


def _library(kind: str) -> ModuleType:
    return load_extra(_LIBRARIES[kind], f"{kind} files need", OutputError)
