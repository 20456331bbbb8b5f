import csv
import io
import json

import pytest

from industag.answers import TagOptions
from industag.errors import OutputError
from industag.output.records import Encoder, Provenance
from industag.output.rows import tag_documents
from industag.output.tally import Tally
from industag.output.writers import Layout, open_output, write_result
from industag.reading.documents import Document, Failure

DOCUMENTS = [
    Document("a.csv", "A wind turbine. Nothing. 光伏和风电。", 1, {"id": "=1+1", "n": "-3", "status": "mine"}),
    Document("a.csv", "", 2, {"id": "@x", "n": "", "status": ""}),
    Failure("b.txt", "b.txt: cannot be read"),
    Document("c.txt", "\ud800 wind power \x00"),
]
PROVENANCE = Provenance("tax", "mod")


def written(tagger, documents, kind, form="sentence"):
    tally = Tally()
    lines = Encoder(PROVENANCE).encode(tally.counting(tag_documents(tagger, documents, TagOptions())))
    file = io.BytesIO()
    write_result(Layout(kind, form), lines.splitlines(keepends=True), file, tagger.taxonomy, tally.columns)
    return file.getvalue().decode("utf-8")


def read_csv(content):
    return list(csv.DictReader(io.StringIO(content.removeprefix("\ufeff"), newline="")))


def test_json_lines_hold_everything(tiny_tagger):
    records = [json.loads(line) for line in written(tiny_tagger, DOCUMENTS, "jsonl").splitlines()]
    first, last = records[0], records[2]
    assert (first["id"], first["column.status"], first["status"]) == ("=1+1", "mine", "tagged")
    assert (first["taxonomy"], first["model"]) == ("tax", "mod")
    assert {tag["label"] for tag in last["tags"]} == {"wind", "sun"}
    for tag in last["tags"]:
        for evidence in tag["evidence"]:
            assert DOCUMENTS[0].text[evidence["start"] : evidence["end"]] == evidence["text"]
    assert records[4]["error"] == "b.txt: cannot be read"
    assert records[5]["text"].startswith("? wind power")


def test_csv_opens_safely_in_a_spreadsheet(tiny_tagger):
    content = written(tiny_tagger, DOCUMENTS, "csv")
    assert content.startswith("\ufeff")
    table = read_csv(content)
    assert table[0]["id"] == "'=1+1"
    assert table[0]["n"] == "-3"
    assert table[3]["id"] == "'@x"
    assert table[0]["column.status"] == "mine"
    assert table[2]["labels"] == "sun; wind" or table[2]["labels"] == "wind; sun"
    assert table[4]["error"] == "b.txt: cannot be read"
    assert "\x00" not in content
    assert all(len(row) == len(table[0]) and None not in row for row in table)


def test_columns_of_every_document_are_passed_on(tiny_tagger):
    documents = [
        Document("a.txt", "wind power"),
        Document("b.csv", "x", 1, {"id": "7"}),
        Document("c.csv", "y", 1, {"n": 2}),
    ]
    table = read_csv(written(tiny_tagger, documents, "csv"))
    assert [(row["id"], row["n"]) for row in table] == [("", ""), ("7", ""), ("", "2")]


@pytest.mark.parametrize("cell", ["=1+1", " =1+1", "\n=1+1", "@x", "-cmd", "＝1+1"])
def test_no_cell_can_be_taken_for_a_formula(tiny_tagger, cell):
    (row,) = read_csv(written(tiny_tagger, [Document("a.csv", cell, 1, {"x": cell})], "csv"))
    assert row["x"].startswith("'")
    assert row["text"].startswith("'")


@pytest.mark.parametrize("form", ["sentence", "tag", "document"])
def test_csv_without_rows_still_has_its_header(tiny_tagger, form):
    assert written(tiny_tagger, [], "csv", form).startswith("\ufeffdoc,row,sentence")


def test_the_table_shows_tagged_sentences_with_marked_evidence_and_a_summary(tiny_tagger):
    content = written(tiny_tagger, DOCUMENTS, "table")
    assert "   1  A [wind turbine]." in content
    assert "> 0.95  Wind power 风电  (wind)  wind turbine" in content
    assert "     3  Wind power  风电" in content
    assert "4 sentences: 3 tagged, 0 with something to review, 1 with nothing, 1 inputs failed" in content
    assert "Nothing" not in content


def test_an_output_file_is_whole_or_not_there(tmp_path):
    target = tmp_path / "out.jsonl"
    with open_output(str(target)) as file:
        file.write(b"1\n")
        assert not target.exists()
    assert target.read_bytes() == b"1\n"
    target.write_text("old")
    with pytest.raises(RuntimeError), open_output(str(target)) as file:
        file.write(b"half")
        raise RuntimeError
    assert [path.name for path in tmp_path.iterdir()] == ["out.jsonl"]
    assert target.read_text() == "old"


def test_an_output_that_cannot_be_written_says_so(tmp_path):
    with pytest.raises(OutputError, match="cannot be written"), open_output(str(tmp_path / "no" / "x")):
        pass
