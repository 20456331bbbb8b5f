import json

from test_writers import DOCUMENTS, read_csv, written

from industag.reading.documents import Document


def rows_of(tagger, documents, form):
    return [json.loads(line) for line in written(tagger, documents, "jsonl", form).splitlines()]


def test_by_tag_each_tag_is_a_row_with_its_field_and_evidence(tiny_tagger):
    rows = rows_of(tiny_tagger, DOCUMENTS, "tag")
    assert [(row["doc"], row["sentence"], row["label"], row["status"]) for row in rows if "error" not in row] == [
        ("a.csv", 1, "wind", "tagged"),
        ("a.csv", 3, "wind", "tagged"),
        ("a.csv", 3, "sun", "tagged"),
        ("c.txt", 1, "wind", "tagged"),
    ]
    assert [row["error"] for row in rows if row["status"] == "error"] == ["b.txt: cannot be read"]
    first = rows[0]
    assert (first["id"], first["column.status"], first["zh"], first["field"]) == ("=1+1", "mine", "风电", "wind")
    assert [each["text"] for each in first["evidence"]] == ["wind turbine"]
    table = read_csv(written(tiny_tagger, DOCUMENTS, "csv", "tag"))
    assert [row["label"] for row in table] == ["wind", "wind", "sun", "", "wind"]
    assert [row["evidence"] for row in table][:3] == ["wind turbine", "风电", "光伏"]
    assert 0.9 < float(table[0]["probability"]) < 1
    assert table[3]["error"] == "b.txt: cannot be read"


def test_what_is_up_for_review_is_a_row_too(tiny_tagger):
    (row,) = rows_of(tiny_tagger, [Document("a", "The blade of the turbine.")], "tag")
    assert (row["label"], row["status"]) == ("wind", "review")


def test_by_document_the_likeliest_sentence_counts_and_is_quoted_first(tiny_tagger):
    text = "Wind power and wind turbine. Nothing. A wind turbine. 风电。 Wind power. The blade of a turbine."
    rows = rows_of(tiny_tagger, [Document("a.txt", text), *DOCUMENTS], "document")
    by_sentence = rows_of(tiny_tagger, [Document("a.txt", text)], "sentence")
    assert [(row["doc"], row["row"], row["sentences"], row["status"]) for row in rows] == [
        ("a.txt", None, 6, "tagged"),
        ("a.csv", 1, 3, "tagged"),
        ("a.csv", 2, 0, "none"),
        ("b.txt", None, 0, "error"),
        ("c.txt", None, 1, "tagged"),
    ]
    (wind,) = rows[0]["tags"]
    highest = max(tag["probability"] for row in by_sentence for tag in row["tags"])
    assert (wind["label"], wind["probability"], wind["sentences"], wind["share"]) == ("wind", highest, 4, 0.6667)
    assert len(wind["quotations"]) == 3
    assert wind["quotations"][0]["text"] == "Wind power and wind turbine."
    for quotation in wind["quotations"]:
        assert text[quotation["start"] : quotation["end"]] == quotation["text"]
    assert rows[0]["review"] == []  # wind is given elsewhere in the document
    table = read_csv(written(tiny_tagger, [Document("a.txt", text), *DOCUMENTS], "csv", "document"))
    assert table[0]["tagged_sentences"] == "4"
    assert table[0]["shares"] == "0.6667"
    assert table[0]["quotations"].splitlines()[0] == "wind: Wind power and wind turbine. (sentence 1)"
    assert set(table[1]["labels"].split("; ")) == {"wind", "sun"}
    assert table[1]["id"] == "'=1+1"


def test_the_same_file_twice_is_two_documents(tiny_tagger):
    rows = rows_of(tiny_tagger, [Document("a", "Wind power."), Document("a", "Nothing."), Document("a", "")], "document")
    assert [(row["sentences"], row["status"]) for row in rows] == [(1, "tagged"), (1, "none"), (0, "none")]


def test_a_document_that_failed_after_some_sentences_has_failed(tiny_tagger):
    from industag.reading.documents import Failure

    rows = rows_of(tiny_tagger, [Document("a", "Wind power."), Failure("a", "a: changed")], "document")
    assert [(row["sentences"], row["status"], row["error"]) for row in rows] == [(1, "error", "a: changed")]
