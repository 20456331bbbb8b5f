import datetime

import pytest
import xlsxwriter
from conftest import ROOT

from industag.errors import InputError
from industag.reading.documents import ReadOptions
from industag.reading.xlsx_rows import read_xlsx


def write(tmp_path, sheets):
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(path) as book:
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for number, row in enumerate(rows):
                sheet.write_row(number, 0, row)
    return path


def test_a_workbook_of_libreoffice_gives_rows_values_of_formulas_and_the_sheet():
    documents = list(read_xlsx(ROOT / "tests" / "files" / "projects.xlsx", ReadOptions(text_column="摘要")))
    assert [(d.name.split("#")[1], d.row, d.text, d.columns) for d in documents] == [
        ("2024", 1, "建设海上风电场和绿氢装置。", {"编号": 1, "金额": 12.5, "日期": "2024-03-01"}),
        ("2024", 3, "扩建量子计算实验室。", {"编号": 2, "金额": 25, "日期": ""}),
        ("2025", 1, "脑机接口康复设备", {"English": "=1+1 is text"}),
    ]


def test_cells_come_as_excel_shows_them(tmp_path):
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["text", "whole", "part", "truth", "day", "time", "", "formula", "fault"])
        sheet.write_row(1, 0, [7, 3, 2.5, True])
        sheet.write_datetime(1, 4, datetime.datetime(2024, 3, 1, 12), book.add_format({"num_format": "yyyy-mm-dd hh:mm"}))
        sheet.write_datetime(1, 5, datetime.time(3, 4, 5), book.add_format({"num_format": "hh:mm:ss"}))
        sheet.write(1, 6, "loose")
        sheet.write_formula(1, 7, "=1+1", None, 2)
        sheet.write_formula(1, 8, "=1/0", None, "#DIV/0!")
    (document,) = read_xlsx(path, ReadOptions())
    assert (document.name, document.row, document.text) == (str(path), 1, "7")
    assert document.columns == {
        "whole": 3, "part": 2.5, "truth": True, "day": "2024-03-01 12:00:00", "time": "03:04:05", "column 7": "loose",
        "formula": 2, "fault": "",
    }  # fmt: skip


def test_the_header_may_stand_lower_and_empty_rows_are_passed_over(tmp_path):
    path = write(tmp_path, {"a": [[], ["", "", "摘要"], [], ["", "", "风电"], [], ["", "", "光伏"]]})
    assert [(d.row, d.text, d.columns) for d in read_xlsx(path, ReadOptions())] == [(2, "风电", {}), (4, "光伏", {})]


def test_a_workbook_without_the_column_says_what_each_sheet_has(tmp_path):
    path = write(tmp_path, {"one": [["txt", "n"], ["a", 1]], "two": [[]]})
    with pytest.raises(InputError) as caught:
        list(read_xlsx(path, ReadOptions()))
    assert "a.xlsx#one: no column 'text', did you mean 'txt'?; name the column of the text with --text-column" in str(
        caught.value
    )
    assert "a.xlsx#two: no column 'text'; there are none" in str(caught.value)


def test_what_is_an_archive_but_no_workbook_is_refused():
    with pytest.raises(InputError, match="is no whole workbook"):
        list(read_xlsx(ROOT / "tests" / "files" / "plan.zh.docx", ReadOptions()))
