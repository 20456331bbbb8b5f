import dataclasses
import json

import pytest
from conftest import ROOT

import industag
from industag.answers import TagOptions
from industag.output.quick_records import QuickEncoder
from industag.output.records import Encoder, Provenance
from industag.output.rows import tag_documents
from industag.output.tally import Tally
from industag.reading.documents import Document, Failure
from industag.reading.markdown import blank_unseen
from industag.reading.readers import read_documents

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


@pytest.mark.parametrize(
    "options",
    [
        TagOptions(),
        TagOptions(level="field"),
        TagOptions(min_probability=0.02),
        TagOptions(exclude=frozenset({"biotechnology"})),
    ],
)
def test_the_bytes_and_counts_are_those_of_rows(slow, fast, options):
    documents = documents_of_every_kind()
    expected, counted = Tally(), Tally()
    lines = Encoder(PROVENANCE).encode(expected.counting(tag_documents(slow, expected.noting(documents), options)))
    quick = QuickEncoder(fast, options, PROVENANCE).encode(counted.noting(documents), counted)
    assert quick == lines
    assert counted == expected
    assert len(lines.splitlines()) > 300
    assert sum(json.loads(line)["status"] != "none" for line in lines.splitlines()) > 50


def test_a_tagger_without_the_loops_finds_nothing_for_it(slow):
    with pytest.raises(ValueError, match="speed_up"):
        QuickEncoder(slow, TagOptions(), PROVENANCE)


def test_the_loops_count_sentences_as_the_splitter_does(slow, fast):
    for document in documents_of_every_kind():
        if isinstance(document, Document):
            assert fast.count_sentences(document.text) == slow.count_sentences(document.text)
