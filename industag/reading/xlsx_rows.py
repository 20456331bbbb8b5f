"""XLSX: the rows of each sheet that has the text column; formulas count as the values that they last had."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from industag.errors import InputError
from industag.extras import load_extra
from industag.reading.documents import Document, ReadOptions, shown_name
from industag.reading.office_zip import check_office
from industag.reading.text_column import plain, text_column


def read_xlsx(path: Path, options: ReadOptions) -> Iterator[Document]:
    """Yield a document for each row that is not empty, sheet after sheet.

    Raises:
        InputError: The file is damaged, or no sheet has the text column.
    """
    calamine = load_extra("python_calamine", f"{path}: needs", InputError)
    check_office(path)
    try:
        with calamine.CalamineWorkbook.from_path(str(path)) as workbook:
            yield from _read_sheets(calamine, workbook, path, options)
    except calamine.CalamineError as error:
        raise InputError(f"{path}: is no whole workbook: {error}; open it and save it anew") from error


def _read_sheets(calamine: Any, workbook: Any, path: Path, options: ReadOptions) -> Iterator[Document]:  # noqa: ANN401 - no types
    sheets = [sheet.name for sheet in workbook.sheets_metadata if sheet.typ == calamine.SheetTypeEnum.WorkSheet]
    problems: list[str] = []
    for sheet in sheets:
        name = shown_name(path) + (f"#{sheet}" if len(sheets) > 1 else "")
        cells = workbook.get_sheet_by_name(sheet)
        rows = iter(cells.iter_rows() if cells.start is not None else [])  # an empty sheet has no rows to ask for
        try:
            header, column = _header(name, rows, options.text_column)
        except InputError as error:
            problems.append(str(error))
            continue
        yield from _documents(name, header, column, rows)
    if len(problems) == len(sheets):
        raise InputError("; ".join(problems) or f"{path}: holds no sheet")


def _header(name: str, rows: Iterator[list[Any]], wanted: str | None) -> tuple[list[str], int]:
    """Return the header of a sheet, the first row that is not empty, and the place of the text column in it."""
    first = next((row for row in rows if any(cell != "" for cell in row)), [])
    header = [str(_value(cell)).strip() for cell in first]
    named = [cell for cell in header if cell]
    return header, header.index(text_column(name, named, wanted))


def _documents(name: str, header: list[str], column: int, rows: Iterator[list[Any]]) -> Iterator[Document]:
    """Yield the documents of the rows below the header; a cell below none is passed on under its column's number."""
    for number, row in enumerate(rows, start=1):
        if all(cell == "" for cell in row):
            continue
        values = [_value(cell) for cell in row]
        columns = {
            title or f"column {place + 1}": value
            for place, (title, value) in enumerate(zip(header, values, strict=False))
            if place != column and (title or value != "")
        }
        yield Document(name, str(values[column]), number, columns)


def _value(cell: Any) -> Any:  # noqa: ANN401 - a cell holds text, a number, a truth value, a date or a time
    """Return what a cell shows; Excel keeps whole numbers as decimals."""
    return int(cell) if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15 else plain(cell)
