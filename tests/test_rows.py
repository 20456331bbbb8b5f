from industag.answers import TagOptions
from industag.output.rows import tag_documents
from industag.reading.documents import Document, Failure

DOCUMENTS = [
    Document("a.csv", "A wind turbine. Nothing. 光伏和风电。", 1, {"id": "7"}),
    Document("a.csv", "", 2),
    Failure("b.txt", "b.txt: cannot be read"),
    Document("c.txt", "\ud800 wind power \x00"),
]


def test_each_sentence_is_a_row_and_nothing_is_lost(tiny_tagger):
    rows = list(tag_documents(tiny_tagger, DOCUMENTS, TagOptions()))
    assert [(row.doc, row.row, row.sentence, row.status) for row in rows] == [
        ("a.csv", 1, 1, "tagged"),
        ("a.csv", 1, 2, "none"),
        ("a.csv", 1, 3, "tagged"),
        ("a.csv", 2, 0, "none"),
        ("b.txt", None, 0, "error"),
        ("c.txt", None, 1, "tagged"),
    ]
    assert rows[0].columns == {"id": "7"}


def test_a_block_of_a_long_document_has_the_places_and_numbers_of_the_whole(tiny_tagger):
    whole = "Nothing here. A wind turbine. Nothing.\n\n光伏和风电。"
    cut = whole.index("光")
    blocks = [Document("a", whole[:cut]), Document("a", whole[cut:], offset=cut, first_sentence=4)]
    rows = list(tag_documents(tiny_tagger, blocks[:2], TagOptions()))
    assert rows == list(tag_documents(tiny_tagger, [Document("a", whole)], TagOptions()))
    assert [evidence.text for tag in rows[3].tags for evidence in tag.evidence] == [
        whole[evidence.start : evidence.end] for tag in rows[3].tags for evidence in tag.evidence
    ]


def test_a_blank_block_in_the_middle_of_a_document_is_no_row(tiny_tagger):
    blank = Document("a", "\n\n", offset=100, first_sentence=4)
    assert list(tag_documents(tiny_tagger, [blank], TagOptions())) == []
