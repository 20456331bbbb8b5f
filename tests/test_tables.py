import io
import sys

import pytest

from industag.answers import TagOptions
from industag.errors import OutputError
from industag.output import tables
from industag.output.forms import FORMS, Shaped
from industag.output.records import Encoder, Provenance
from industag.output.rows import tag_documents
from industag.output.tables import Table, check_library, write_csv, write_parquet, write_xlsx
from industag.output.tally import Tally
from industag.output.writers import Layout, write_result
from industag.reading.documents import Document

DOCUMENTS = [
    Document(
        "a.csv", "=A wind turbine. 光伏。", 1, {"id": 7, "link": "https://x.org", "big": 1 << 60, "mixed": 1, "ok": True}
    ),
    Document("a.csv", "=HYPERLINK(1)", 2, {"id": None, "link": "=1+1", "big": 2, "mixed": "x", "ok": None}),
    Document("b.jsonl", "风电\x00 \x01", 1, {"deep": {"a": [1]}, "id": 8}),
]


def written(tagger, kind, form="sentence", documents=DOCUMENTS):
    tally = Tally()
    lines = Encoder(Provenance("tax", "mod")).encode(tally.counting(tag_documents(tagger, documents, TagOptions())))
    file = io.BytesIO()
    write_result(Layout(kind, form), lines.splitlines(keepends=True), file, tagger.taxonomy, tally.columns)
    return file


def workbook(file):
    from python_calamine import CalamineWorkbook

    return CalamineWorkbook.from_filelike(io.BytesIO(file.getvalue()))


def test_a_workbook_holds_texts_as_texts_and_numbers_as_numbers(tiny_tagger):
    file = written(tiny_tagger, "xlsx")
    head, *rows = workbook(file).get_sheet_by_index(0).to_python()
    cells = [dict(zip(head, row, strict=True)) for row in rows]
    assert head[:6] == ["id", "link", "big", "mixed", "ok", "deep"]
    assert [row["link"] for row in cells] == ["https://x.org", "https://x.org", "=1+1", ""]
    assert [row["text"] for row in cells] == ["=A wind turbine.", "光伏。", "=HYPERLINK(1)", "风电\ufffd \x01"] or cells[0][
        "id"
    ]
    assert cells[0]["id"] == 7.0
    assert cells[0]["big"] == str(1 << 60)
    assert cells[3]["deep"] == '{"a": [1]}'
    assert cells[0]["labels"] == "wind"
    parts = file.getvalue()
    assert b"hyperlink" not in parts
    assert written(tiny_tagger, "xlsx").getvalue() == parts


def test_a_formula_in_a_text_is_no_formula_in_the_workbook(tiny_tagger):
    import zipfile

    with zipfile.ZipFile(written(tiny_tagger, "xlsx")) as book:
        sheet = book.read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in sheet
    assert "HYPERLINK(1)" in sheet


def test_a_full_sheet_is_followed_by_another(tiny_tagger, monkeypatch):
    monkeypatch.setattr(tables, "_MOST_ROWS", 3)
    documents = [Document(f"{n}.txt", "Wind power.") for n in range(5)]
    book = workbook(written(tiny_tagger, "xlsx", documents=documents))
    sheets = [book.get_sheet_by_index(number).to_python() for number in range(len(book.sheet_names))]
    assert [[row[0] for row in sheet] for sheet in sheets] == [
        ["doc", "0.txt", "1.txt"],
        ["doc", "2.txt", "3.txt"],
        ["doc", "4.txt"],
    ]


@pytest.mark.parametrize("text", ["长" * 40_000, "\U0001f600" * 20_000])
def test_a_text_that_is_too_long_for_a_cell_is_cut_and_says_so(text):
    file = io.BytesIO()
    own = {"doc": text, "row": None, "sentences": 1, "tags": [], "review": []}
    write_xlsx(Table(FORMS["document"], {}), iter([Shaped({}, own)]), file)
    cell = workbook(file).get_sheet_by_index(0).to_python()[1][0]
    assert len(cell.encode("utf-16-le")) // 2 in (32_766, 32_767)
    assert cell.endswith("[cut: the whole is in jsonl, csv or parquet]")
    assert text.startswith(cell.split(" … [cut")[0])


def test_parquet_has_typed_columns(tiny_tagger):
    from pyarrow import parquet

    file = written(tiny_tagger, "parquet")
    table = parquet.read_table(io.BytesIO(file.getvalue()))
    types = {field.name: str(field.type) for field in table.schema}
    assert (types["id"], types["big"], types["mixed"], types["ok"]) == ("int64", "int64", "string", "bool")
    assert (types["sentence"], types["page"], types["text"], types["deep"]) == ("int64", "int64", "string", "string")
    rows = table.to_pylist()
    assert [row["id"] for row in rows] == [7, 7, None, 8]
    assert [row["mixed"] for row in rows] == ["1", "1", "x", None]
    assert [row["ok"] for row in rows] == [True, True, None, None]
    assert rows[0]["text"] == "=A wind turbine."
    assert written(tiny_tagger, "parquet").getvalue() == file.getvalue()
    by_tag = parquet.read_table(io.BytesIO(written(tiny_tagger, "parquet", "tag").getvalue()))
    assert str(by_tag.schema.field("probability").type) == "double"
    assert by_tag.column("label").to_pylist() == ["wind", "sun", "wind"]


@pytest.mark.parametrize("kind", ["csv", "xlsx", "parquet"])
def test_no_rows_make_a_table_too(tiny_tagger, kind):
    assert len(written(tiny_tagger, kind, documents=[]).getvalue()) > 10


@pytest.mark.parametrize(("kind", "library", "extra"), [("xlsx", "xlsxwriter", "office"), ("parquet", "pyarrow", "parquet")])
def test_a_missing_library_is_named_with_the_command_that_installs_it(monkeypatch, kind, library, extra):
    monkeypatch.setitem(sys.modules, library, None)
    with pytest.raises(OutputError, match=rf"{kind} files need {library}; .* pip install 'industag\[{extra}\]'"):
        check_library(kind)


def test_writing_does_not_close_the_file_it_was_given():
    for write in (write_csv, write_xlsx, write_parquet):
        file = io.BytesIO()
        write(Table(FORMS["tag"], {}), iter([]), file)
        assert not file.closed
