import json

import pytest

from industag.answers import TagOptions
from industag.errors import InputError
from industag.output.jsonl_rows import ReadTag, read_rows
from industag.output.records import Encoder, Provenance
from industag.output.rows import Row, tag_documents
from industag.reading.documents import Document

TAG = {"label": "wind", "en": "Wind power", "zh": "风电", "probability": 0.9, "evidence": [{"start": 14, "end": 16}]}
RECORD = {
    "doc": "a.txt", "row": None, "sentence": 2, "start": 10, "end": 16, "page": 3, "text": "沿海省份风电",
    "status": "tagged", "tags": [TAG], "review": [], "taxonomy": "t1", "model": "m1",
}  # fmt: skip


def read(tmp_path, *lines):
    path = tmp_path / "tags.jsonl"
    path.write_bytes(b"".join(each if isinstance(each, bytes) else json.dumps(each).encode() + b"\n" for each in lines))
    return list(read_rows(path))


def test_reading_gives_what_was_written(tmp_path, tiny_tagger):
    document = Document("plan.txt", "Wind power grows. 沿海建设风电和光伏。 Nothing here.", None, {"id": 7})
    rows = [
        *tag_documents(tiny_tagger, [document], TagOptions()),
        Row("bad.txt", 4, 0, 0, 0, None, "", "error", error="binary"),
    ]
    path = tmp_path / "tags.jsonl"
    path.write_bytes(Encoder(Provenance("t1", "m1")).encode(rows))
    found = list(read_rows(path))
    for name in ("doc", "row", "sentence", "page", "text", "status", "error"):
        assert [getattr(row, name) for row in found] == [getattr(row, name) for row in rows], name
    assert [row.status for row in found] == ["tagged", "tagged", "none", "error"]
    assert [tag.label for tag in found[1].tags] == [tag.label for tag in rows[1].tags]
    text = found[1].text
    assert {text[start:end] for tag in found[1].tags for start, end in tag.spans} == {"风电", "光伏"}


def test_evidence_is_counted_from_the_start_of_the_sentence(tmp_path):
    (row,) = read(tmp_path, RECORD)
    assert row.tags == (ReadTag("wind", {"en": "Wind power", "zh": "风电"}, 0.9, ((4, 6),)),)
    assert (row.page, row.sentence, row.taxonomy, row.model) == (3, 2, "t1", "m1")


def test_empty_lines_a_mark_and_other_columns_are_passed_over(tmp_path):
    mark = "\ufeff".encode()
    rows = read(tmp_path, mark + json.dumps({**RECORD, "city": "Wuhan", "column.doc": [1]}).encode() + b"\r\n\r\n", RECORD)
    assert [row.doc for row in rows] == ["a.txt", "a.txt"]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (b"doc,text\n", "not a line of JSON"),
        (b'{"doc": "a.txt",\n', "not a line of JSON"),
        (b"[" * 200_000 + b"\n", "not a line of JSON"),
        (b"\xff\xfe\n", "codec can't decode"),
        (b"[1]\n", "not an object"),
        ({**RECORD, "tags": [{**TAG, "probability": float("nan")}]}, "NaN is not a number"),
        (
            json.dumps(RECORD).replace("0.9", "1e999").encode(),
            "'probability' must be a number from 0 to 1, not an endless number",
        ),
        ({**RECORD, "tags": [{**TAG, "probability": 1.5}]}, "not 1.5"),
        ({**RECORD, "tags": [{**TAG, "probability": True}]}, "not true"),
        ({**RECORD, "tags": [{**TAG, "label": 5}]}, "'label' must be a text, not 5"),
        ({**RECORD, "tags": ["wind"]}, "a tag must be an object"),
        ({**RECORD, "tags": {}}, "'tags' must be a list, not an object"),
        ({**RECORD, "tags": [{**TAG, "evidence": [[1, 2]]}]}, "evidence must be an object"),
        ({**RECORD, "tags": [{**TAG, "evidence": [{"start": 4, "end": 6}]}]}, "evidence at 4 to 6 lies outside"),
        ({**RECORD, "tags": [{**TAG, "evidence": [{"start": 14, "end": 17}]}]}, "evidence at 14 to 17 lies outside"),
        ({**RECORD, "page": "3"}, "'page' must be a whole number from 0 on, not '3'"),
        ({**RECORD, "sentence": -1}, "not -1"),
        ({**RECORD, "sentence": 10**400}, "whole number"),
        ({**RECORD, "doc": None}, "'doc' must be a text, not missing"),
        ({**RECORD, "status": "none"}, "status 'none' does not go with 1 tags"),
        ({**RECORD, "tags": []}, "status 'tagged' does not go with 0 tags"),
        ({"id": "1", "labels": ["wind"]}, "'text' must be a text, not missing"),
    ],
)
def test_a_line_that_is_no_row_is_named(tmp_path, line, said):
    with pytest.raises(InputError) as caught:
        read(tmp_path, RECORD, line)
    message = str(caught.value)
    assert message.startswith(f"{tmp_path / 'tags.jsonl'}:2: ")
    assert said in message
    assert message.endswith("; give the .jsonl file that 'industag tag ... -o tags.jsonl' wrote")
    assert len(message.splitlines()) == 1
    assert len(message) < 400


def test_a_line_without_end_is_refused_before_it_fills_the_memory(tmp_path, monkeypatch):
    monkeypatch.setattr("industag.output.jsonl_rows._LONGEST_LINE", 1 << 20)
    with pytest.raises(InputError, match=r"tags.jsonl:1: the line is longer than 1 MB"):
        read(tmp_path, {**RECORD, "text": "x" * (1 << 20)})


def test_a_file_that_is_not_there_is_said_to_be_missing(tmp_path):
    with pytest.raises(InputError, match=r"none.jsonl: cannot be read: No such file"):
        list(read_rows(tmp_path / "none.jsonl"))
