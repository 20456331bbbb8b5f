"""Lines from the compiled loops are, byte for byte, those of rows.

Run with NUMBA_BOUNDSCHECK=1, every access of an array in them is checked as well.
"""

import dataclasses
import json

import numpy as np
import pytest
from conftest import ROOT
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import industag
from industag.answers import TagOptions
from industag.output.quick_records import QuickEncoder
from industag.output.records import Encoder, Provenance
from industag.output.rows import tag_documents
from industag.output.tally import Tally
from industag.reading.documents import Document, Failure
from industag.reading.markdown import blank_unseen
from industag.reading.readers import read_documents
from industag.scoring import Scorer
from industag.tagger import Tagger

pytest.importorskip("numba")
SEEDS = [ROOT / "seeds" / "sentences" / f"{name}.jsonl" for name in ("biotechnology", "digital-creative", "new-energy")]
PROVENANCE = Provenance("t", "m")


@pytest.fixture(scope="module")
def slow():
    return industag.load()


@pytest.fixture(scope="module")
def fast():
    return industag.load().speed_up()


def documents_of_every_kind():
    """Some hundred sentences of both languages."""
    found = list(read_documents([str(ROOT / "docs" / "examples")]))
    seeds = [json.loads(line)["text"] for path in SEEDS for line in path.read_text("utf-8").splitlines()[:60]]
    rows = [Document("表.csv", text, n, {"id": n, "text": "x", "说明": f"“{n}”"}) for n, text in enumerate(seeds, start=1)]
    one, other = " ".join(seeds[::2]), "\n\n " + "\n".join(seeds[1::2])
    blocks = [Document("long.txt", one), Document("long.txt", other, offset=len(one), first_sentence=99)]
    paged = dataclasses.replace(found[0], page_starts=(3, 400, 900), notes=("a page is scanned",))
    marked = "An offshore <!-- x --> wind farm. 海上<!-- 注 -->风电项目。\n"
    seen = Document("a.md", marked, seen=blank_unseen(marked))
    failed = [Failure("bad.pdf", "bad.pdf: is damaged"), Failure("bad.csv", "bad.csv:7: no text", 7)]
    odd = [Document("empty.txt", " \n"), Document("\ud800.txt", "风电\ud83d wind power \x00.")]
    blank = Document("long.txt", "\n", offset=10**6, first_sentence=500)
    return [failed[0], *found, *rows, *odd, *blocks, blank, paged, seen, failed[1]]


def lines_and_counts(tagger, documents, options):
    """Return the lines of the rows of documents, and what is counted of them."""
    tally = Tally()
    return Encoder(PROVENANCE).encode(tally.counting(tag_documents(tagger, tally.noting(documents), options))), tally


def quick_lines_and_counts(tagger, documents, options):
    tally = Tally()
    return QuickEncoder(tagger, options, PROVENANCE).encode(tally.noting(documents), tally), tally


@pytest.mark.parametrize(
    "options",
    [
        TagOptions(),
        TagOptions(level="field"),
        TagOptions(min_probability=0.02),
        TagOptions(min_probability=0.0),
        TagOptions(exclude=frozenset({"biotechnology"})),
    ],
)
def test_the_bytes_and_counts_are_those_of_rows(slow, fast, options):
    documents = documents_of_every_kind()
    lines, tally = lines_and_counts(slow, documents, options)
    assert quick_lines_and_counts(fast, documents, options) == (lines, tally)
    assert len(lines.splitlines()) > 300
    assert sum(json.loads(line)["status"] != "none" for line in lines.splitlines()) > 50


PIECES = [
    "wind power", "wind turbine blades", "PV", "perovskite solar cell", "the sun", "风电", "太阳镜", "太阳", "钙钛矿",
    "光伏产业", "Quantum computers", "人工智能", "5G", "R&D", "İ", "ß", "㎢", ". ", "。", "!? ", "\n\n", "\n", "\f",
    "\t", "\r", "\b", '"', "\\", "\x00", "\x1f", "\x7f", "\u2028", "\ud83d", "\U0001f600", "é", " ", "word " * 20,
    "没有空格" * 9, "<!-- -->", "[x](wind.html)",
]  # fmt: skip
texts = st.lists(st.sampled_from(PIECES) | st.text(st.characters(codec=None), max_size=4), max_size=25).map("".join)
names = st.text(st.characters(codec=None), max_size=6)
values = names | st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False)
pages = st.lists(st.integers(0, 200), max_size=5).map(lambda starts: tuple(sorted(starts)))
rows = st.builds(Document, names, texts, st.integers(1), st.dictionaries(names, values, max_size=3))
seen = texts.map(lambda text: Document("a.md", text, seen=blank_unseen(text)))
blocks = st.builds(
    Document,
    names,
    texts,
    page_starts=pages,
    notes=st.just(("a page is scanned",)) | st.just(()),
    offset=st.integers(0, 10**13),
    first_sentence=st.integers(1, 10**13) | st.just(1),
)
failures = st.builds(Failure, names, names, st.none() | st.integers(1))
documents = st.lists(rows | seen | blocks | failures, max_size=6)
options = st.sampled_from([TagOptions(), TagOptions(level="field"), TagOptions(min_probability=0.0)])
many = settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))


@pytest.mark.slow
@many
@given(documents=documents, options=options)
def test_the_bytes_and_counts_of_any_documents_are_those_of_rows(slow, fast, documents, options):
    """The room for lines grows from a byte on, so that it is too small in many places first."""
    with fast._fast.engine._room() as room:
        room._lines = np.empty(1, dtype=np.uint8)
    assert quick_lines_and_counts(fast, documents, options) == lines_and_counts(slow, documents, options)


@pytest.mark.parametrize("factor", [1.0, 1e8, 1e9 / 8, 1e12, 1e300])
def test_weights_of_any_size_are_written(tiny_tagger, factor):
    """Of numbers that are too large for the loops, those of other sentences go on in their order."""
    scorer = tiny_tagger.scorer
    keyword = scorer.weights.keyword * factor
    keyword[::2] *= 1.2345678
    heavy = Scorer(scorer.taxonomy, scorer.reader, dataclasses.replace(scorer.weights, keyword=keyword))
    documents = [
        Document("a", "风电，太阳、光伏。 wind turbine blades and PV. Nothing.\n\nwind power 钙钛矿 " * n) for n in range(9)
    ]
    tagger, quick = (Tagger(heavy, tiny_tagger.calibration) for _ in range(2))
    lines, tally = lines_and_counts(tagger, documents, TagOptions())
    assert quick_lines_and_counts(quick.speed_up(), documents, TagOptions()) == (lines, tally)
    assert lines.count(b'"keyword"') > 50


def test_lines_outgrow_the_room_there_is_at_first(slow, fast):
    """Of control characters one takes six bytes, and the first room holds fewer than these."""
    documents = [
        Document("a.txt", "风电" + "\x01" * 100_000, first_sentence=7),
        Document("风" * 100_000, "wind power"),
        *[Document("b.csv", "光伏 PV. None.", n, {"text": '"' * 200}) for n in range(1, 3000)],
    ]
    assert quick_lines_and_counts(fast, documents, TagOptions()) == lines_and_counts(slow, documents, TagOptions())


def test_every_document_can_be_one_that_failed_or_is_empty(slow, fast):
    for documents in ([], [Failure("a", "b")], [Document("a", "")], [Document("a", " ", first_sentence=2)]):
        assert quick_lines_and_counts(fast, documents, TagOptions()) == lines_and_counts(slow, documents, TagOptions())


def test_a_tagger_without_the_loops_finds_nothing_for_it(slow):
    with pytest.raises(ValueError, match="speed_up"):
        QuickEncoder(slow, TagOptions(), PROVENANCE)


def test_the_loops_split_a_text_as_the_splitter_does_and_need_not_do_it_again(slow, fast):
    documents = [each for each in documents_of_every_kind() if isinstance(each, Document) and each.seen is None]
    spans = [fast.split(document.text) for document in documents]
    assert [each.tolist() for each in spans] == [slow.split(document.text).tolist() for document in documents]
    split = [dataclasses.replace(document, spans=each) for document, each in zip(documents, spans, strict=True)]
    expected = quick_lines_and_counts(fast, documents, TagOptions())
    for some in (split, split[:3] + documents[3:]):
        assert quick_lines_and_counts(fast, some, TagOptions()) == expected
