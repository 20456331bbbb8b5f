import base64
import hashlib
import json
import re

import pytest
from click.testing import CliRunner
from conftest import ROOT

from industag.cli import main
from industag.output.jsonl_rows import ReadRow, ReadTag, read_rows
from industag.output.report import make_report
from industag.taxonomy_files import load_taxonomy

ATTACK = "</script><img src=x onerror=alert(1)><!--\u2028&{{title}}{{data}}"


def tag(label="wind", probability=0.9, spans=((0, 1),), names=None):
    return ReadTag(label, names or {"en": label.title(), "zh": "标签"}, probability, spans)


WIND = tag()


def row(text="Wind power", status="tagged", tags=(WIND,), **changed):
    plain = {
        "doc": "a.txt",
        "row": None,
        "sentence": 1,
        "page": None,
        "review": (),
        "error": "",
        "taxonomy": "t",
        "model": "m",
    }
    return ReadRow(text=text, status=status, tags=tags, **{**plain, **changed})


def data_in(page):
    return json.loads(re.search(r'<script id="data" type="application/json">(.*?)</script>', page, re.DOTALL)[1])


@pytest.fixture(scope="module")
def examples(tmp_path_factory):
    """The example briefings, tagged."""
    path = tmp_path_factory.mktemp("report") / "tags.jsonl"
    assert CliRunner().invoke(main, ["tag", str(ROOT / "docs" / "examples"), "-o", str(path)]).exit_code == 0
    return path


def test_the_page_holds_every_sentence_that_carries_something(examples, tagger):
    rows = list(read_rows(examples))
    data = data_in(make_report(rows, tagger.taxonomy).to_html())
    shown = [each for each in rows if each.status in ("tagged", "review")]
    assert [each[3] for each in data["sentences"]] == [each.text for each in shown]
    for (_, _, _, text, tags, _), each in zip(data["sentences"], shown, strict=True):
        assert [data["labels"][label]["id"] for label, _, _ in tags] == [one.label for one in each.tags]
        for (_, probability, spans), one in zip(tags, each.tags, strict=True):
            assert probability == one.probability
            places = dict.fromkeys((start, end) for start, end in one.spans)
            assert [text[a:b] for a, b in zip(spans[::2], spans[1::2], strict=True)] == [
                each.text[start:end] for start, end in places
            ]
    assert sum(data["totals"].values()) == len(rows)
    assert data["taxonomies"] == [tagger.taxonomy.fingerprint]
    assert data["models"] == [tagger.fingerprint]


def test_labels_hang_in_the_tree_and_a_field_has_one_colour(tagger):
    rows = [row(tags=(tag("wind-power"), tag("hydrogen-energy"), tag("quantum-computing")))]
    labels = data_in(make_report(rows, tagger.taxonomy).to_html())["labels"]
    above = {each["id"]: labels[each["parent"]]["id"] if each["parent"] >= 0 else None for each in labels}
    assert above["strategic-emerging"] is None
    assert (above["wind-power"], above["new-energy"]) == ("new-energy", "strategic-emerging")
    colours = {each["id"]: each["colour"] for each in labels}
    assert colours["wind-power"] == colours["hydrogen-energy"] == colours["new-energy"] > 0
    assert colours["quantum-computing"] not in (0, colours["new-energy"])
    assert colours["future"] == 0
    assert {each["id"]: each["zh"] for each in labels}["wind-power"] == "风电"


def test_every_colour_used_is_in_the_style_sheet(tagger):
    rows = [row(tags=tuple(tag(label) for label in tagger.taxonomy.ids))]
    page = make_report(rows, tagger.taxonomy).to_html()
    for label in data_in(page)["labels"]:
        assert page.count(f"--ink-{label['colour']}: #") == page.count(f"--wash-{label['colour']}: #") == 2  # light and dark


def test_an_earlier_id_is_carried_over_and_an_unknown_label_stands_by_itself(tiny_path):
    tiny_path.write_text(tiny_path.read_text("utf-8").replace("id: wind", "id: wind\n    was: [breeze]"), "utf-8")
    report = make_report(
        [row(tags=(tag("breeze"), tag("hats", names={"en": "Hats", "zh": "帽子"})))], load_taxonomy(tiny_path)
    )
    data = data_in(report.to_html())
    assert report.strangers == ["hats"]
    assert [label["id"] for label in data["labels"]] == ["energy", "wind", "hats"]
    assert data["labels"][2] == {"id": "hats", "en": "Hats", "zh": "帽子", "parent": -1, "colour": 0}
    assert [label for label, _, _ in data["sentences"][0][4]] == [1, 2]


def test_totals_count_sentences_failures_and_documents(tiny):
    rows = [
        row(),
        row(sentence=2, status="review", tags=(), review=(tag(probability=0.3),)),
        row(sentence=3, status="none", tags=()),
        row(doc="b.csv", row=1, status="none", tags=()),
        row(doc="b.csv", row=2, status="none", tags=(), sentence=0, text=""),
        row(doc="c.pdf", status="error", tags=(), sentence=0, error="c.pdf: no text"),
    ]
    data = data_in(make_report(rows, tiny).to_html())
    assert data["totals"] == {"tagged": 1, "review": 1, "none": 2, "error": 1}
    assert data["documents"] == [["a.txt", None], ["b.csv", 1], ["b.csv", 2]]
    assert data["failures"] == [["c.pdf", None, "c.pdf: no text"]]


def test_text_from_the_data_cannot_leave_its_place(tiny):
    attack = tag("x" + ATTACK, names={"en": ATTACK, "zh": ATTACK})
    rows = [row(ATTACK, tags=(attack,), doc=ATTACK, taxonomy=ATTACK), row(doc=ATTACK, status="error", tags=(), error=ATTACK)]
    page = make_report(rows, tiny).to_html(title=ATTACK, date=ATTACK)
    plain = make_report([row()], tiny).to_html()
    assert page.count("<script") == plain.count("<script") == 2
    assert page.count("</script") == plain.count("</script") == 2
    assert "<img" not in page
    assert not re.search("[<>&\u2028\u2029]", re.search(r'json">(.*?)</script>', page, re.DOTALL)[1])
    data = data_in(page)
    assert data["sentences"][0][3] == data["title"] == data["date"] == data["labels"][0]["en"] == ATTACK
    assert data["documents"] == [[ATTACK, None]]
    assert data["failures"] == [[ATTACK, None, ATTACK]]


def test_the_policy_lets_only_the_page_s_own_style_and_script_run(tiny):
    page = make_report([row()], tiny).to_html()
    policy = re.search(r'http-equiv="Content-Security-Policy" content="([^"]*)"', page)[1]
    assert policy.startswith("default-src 'none'; ")
    for element, source in (("style", "style-src"), ("script", "script-src")):
        text = re.search(rf"<{element}>(.*?)</{element}>", page, re.DOTALL)[1]
        digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
        assert f"{source} 'sha256-{digest}'" in policy
    assert "unsafe" not in policy


def test_the_page_asks_for_nothing_from_elsewhere(examples, tagger):
    page = make_report(read_rows(examples), tagger.taxonomy).to_html()
    code = page.replace(json.dumps(data_in(page), ensure_ascii=False), "")
    assert not re.findall(r"https?:|url\(|@import|\bsrc=|\bfetch\(|XMLHttpRequest|innerHTML|insertAdjacentHTML|eval\(", code)


def test_offsets_are_those_of_the_browser(tiny):
    text = "𠮷野建设风电🌬️场"
    start = text.index("风电")
    report = make_report([row(text, tags=(tag(spans=((start, start + 2), (0, 1))),))], tiny)
    first, last, *rest = data_in(report.to_html())["sentences"][0][4][0][2]
    assert text.encode("utf-16-le")[2 * first : 2 * last].decode("utf-16-le") == "风电"
    assert rest == [0, 2]


def test_a_lone_surrogate_does_not_stop_the_page(tiny):
    page = make_report([row("wind \ud800 power")], tiny).to_html(title="\udfff")
    assert data_in(page)["sentences"][0][3] == "wind \ufffd power"
    page.encode("utf-8")


def test_the_same_tags_give_the_same_bytes(examples, tmp_path):
    pages = []
    shown = sum(each.status in ("tagged", "review") for each in read_rows(examples))
    for name in ("one.html", "two.html"):
        result = CliRunner().invoke(main, ["report", str(examples), "-o", str(tmp_path / name)])
        assert result.exit_code == 0
        assert result.stderr == f"industag: {shown} sentences of 2 documents written to {tmp_path / name}\n"
        pages.append((tmp_path / name).read_bytes())
    assert pages[0] == pages[1]


def test_a_page_is_not_much_larger_than_its_text(tiny):
    rows = [row(f"{number} wind power plants " * 5, sentence=number, tags=(tag(),) * 2) for number in range(1, 2001)]
    page = make_report(rows, tiny).to_html()
    assert len(page) < sum(len(each.text) for each in rows) + 2000 * 60 + 60_000


def test_title_and_date_are_the_user_s(examples, tmp_path):
    output = tmp_path / "report.html"
    arguments = ["report", str(examples), "-o", str(output), "--title", "产业 <Q3>", "--date", "2026-09-30"]
    assert CliRunner().invoke(main, arguments).exit_code == 0
    page = output.read_text("utf-8")
    assert "<title>产业 &lt;Q3&gt;</title>" in page
    assert (data_in(page)["title"], data_in(page)["date"]) == ("产业 <Q3>", "2026-09-30")


def test_labels_of_another_model_are_named(tmp_path, tiny_tagger):
    from industag.answers import TagOptions
    from industag.output.records import Encoder, Provenance
    from industag.output.rows import tag_documents
    from industag.reading.documents import Document

    path = tmp_path / "tags.jsonl"
    rows = tag_documents(tiny_tagger, [Document("a.txt", "Wind power here.")], TagOptions())
    path.write_bytes(Encoder(Provenance("t", "m")).encode(rows))
    result = CliRunner().invoke(main, ["report", str(path), "-o", str(tmp_path / "report.html")])
    assert result.exit_code == 0
    assert "outside the model's tree of labels: wind; give --model with the one that made the tags" in result.stderr


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("doc,text\na,b\n", "tags.jsonl:1: not a line of JSON"),
        ('{"text": "a", "labels": []}\n', "tags.jsonl:1: 'start' must be a whole number"),
    ],
)
def test_a_file_of_another_kind_is_refused_and_nothing_is_written(tmp_path, content, said):
    (tmp_path / "tags.jsonl").write_text(content)
    result = CliRunner().invoke(main, ["report", str(tmp_path / "tags.jsonl"), "-o", str(tmp_path / "report.html")])
    assert result.exit_code == 2
    assert said in result.stderr
    assert [each.name for each in tmp_path.iterdir()] == ["tags.jsonl"]


def test_the_input_is_not_overwritten(examples):
    before = examples.read_bytes()
    result = CliRunner().invoke(main, ["report", str(examples), "-o", str(examples)])
    assert result.exit_code == 2
    assert examples.read_bytes() == before
