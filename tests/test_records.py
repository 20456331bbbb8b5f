import json

from hypothesis import given
from hypothesis import strategies as st

from industag.answers import Evidence, Tag, TagOptions
from industag.output.records import Encoder, Provenance, columns_of, row_of
from industag.output.rows import Row, tag_documents
from industag.reading.documents import Document, Failure

texts = st.text(st.characters(codec=None), max_size=12)
names = st.text(max_size=8)
values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | texts,
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(names, inner, max_size=2),
    max_leaves=4,
)
evidence = st.builds(Evidence, st.integers(0, 99), st.integers(0, 99), texts, st.just("keyword"), texts, st.floats(0, 9))
tags = st.builds(
    Tag,
    label=names,
    names=st.fixed_dictionaries({"en": names, "zh": names}),
    probability=st.floats(0, 1),
    status=st.just("tagged"),
    evidence=st.tuples(evidence),
    via=names,
)
rows = st.builds(
    Row,
    doc=texts,
    row=st.none() | st.integers(1, 9),
    sentence=st.integers(1, 9),
    start=st.integers(0, 99),
    end=st.integers(0, 99),
    page=st.none() | st.integers(1, 9),
    text=texts,
    status=st.sampled_from(["tagged", "review"]),
    tags=st.lists(tags, max_size=2).map(tuple),
    review=st.lists(tags, max_size=1).map(tuple),
    error=texts,
    columns=st.dictionaries(names, values, max_size=3),
) | st.builds(
    Row,
    doc=st.sampled_from(["a", "b"]),
    row=st.sampled_from([None, 1]),
    sentence=st.integers(1, 9),
    start=st.integers(0, 99),
    end=st.integers(0, 99),
    page=st.none(),
    text=texts,
    status=st.just("none"),
    tags=st.just(()),
    review=st.just(()),
    error=st.just(""),
    columns=st.just({}),
)


def plain(row):
    """What a general encoder would be given for a row."""
    record = {name: value for name, value in row.columns.items() if name not in Row._fields}
    record |= {name: getattr(row, name) for name in Row._fields[:8]}
    for key in ("tags", "review"):
        record[key] = [
            {
                "label": tag.label,
                "en": tag.names["en"],
                "zh": tag.names["zh"],
                "probability": round(tag.probability, 4),
                "evidence": [
                    {"start": e.start, "end": e.end, "text": e.text, "kind": e.kind, "value": round(e.value, 4)}
                    for e in tag.evidence
                ],
            }
            for tag in getattr(row, key)
        ]
    record |= {"error": row.error} if row.error else {}
    return {**record, "taxonomy": 't"x', "model": "m"}


@given(st.lists(rows, max_size=6))
def test_lines_are_those_of_a_general_encoder(listed):
    by_label = {tag.label: tag for row in listed for tag in (*row.tags, *row.review)}  # a label has one name
    listed = [
        row._replace(
            tags=tuple(tag for tag in row.tags if by_label[tag.label] is tag),
            review=tuple(tag for tag in row.review if by_label[tag.label] is tag),
        )
        for row in listed
        if not {"tags", "review", "taxonomy", "model", "error", *Row._fields[:8]} & set(row.columns)
    ]
    expected = "".join(json.dumps(plain(row), ensure_ascii=False) + "\n" for row in listed)
    assert Encoder(Provenance('t"x', "m")).encode(listed) == expected.encode("utf-8", "replace")


def test_a_row_comes_back_from_its_line(tiny_tagger):
    documents = [
        Document("甲.csv", "A wind turbine. Sun or sun hat? 光伏和风电。", 1, {"id": "x", "text": 5}),
        Failure("b.txt", "b.txt: gone"),
        Document("c.txt", "Nothing."),
    ]
    for row in tag_documents(tiny_tagger, documents, TagOptions()):
        line = Encoder(Provenance("t", "m")).line(row)
        again = row_of(json.loads(line))
        assert Encoder(Provenance("t", "m")).line(again._replace(columns=row.columns)) == line
        assert again.columns == ({"id": "x", "column.text": 5} if row.columns else {})


def test_an_error_is_no_column_of_the_input():
    line = Encoder(Provenance("t", "m")).line(Row("a", None, 0, 0, 0, None, "", "error", error="gone"))
    assert columns_of(json.loads(line)) == {}
