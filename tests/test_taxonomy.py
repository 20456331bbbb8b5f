from pathlib import Path

import pytest

import industag
from industag.errors import TaxonomyError, UnknownLabelError
from industag.taxonomy import Taxonomy

BRANCH = "id: a\nen: A\nzh: 甲\n"


def problems(tmp_path, text, name="x.yaml"):
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    with pytest.raises(TaxonomyError) as error:
        industag.load_taxonomy(tmp_path)
    return str(error.value).replace(str(tmp_path) + "/", "")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (BRANCH + "en: B\n", "x.yaml:4: key 'en' stands twice, first in line 2"),
        (BRANCH + "keyword: {en: [x]}\n", "x.yaml:4: unknown key 'keyword' in a label, did you mean 'keywords'?"),
        (BRANCH + "keywords: {en: x}\n", "x.yaml:4: keywords.en must be a list"),
        (BRANCH + "keywords: {en: [x, x]}\n", "x.yaml:4: keyword 'x' of 'a' stands twice"),
        (BRANCH + "keywords: {en: [{term: x, weight: 2}]}\n", "x.yaml:4: weight must be a number above 0"),
        (BRANCH + "keywords: {en: [{term: x, weight: a lot}]}\n", "x.yaml:4: weight must be a number above 0"),
        (BRANCH + "keywords: {en: [{term: x, case: Exact}]}\n", "x.yaml:4: case can only be 'exact'"),
        (BRANCH + "keywords: {en: [{term: x, not: [x]}]}\n", "x.yaml:4: keyword 'x' is both wanted and cancelled by 'x'"),
        (BRANCH + "keywords: {en: [{term: x, near: [y], not: [y]}]}\n", "both wanted and cancelled by 'y'"),
        (BRANCH + "keywords: {en: [{trem: x}]}\n", "unknown key 'trem' in a keyword, did you mean 'term'?"),
        (BRANCH + "related: [b]\n", "x.yaml:1: related label 'b' of 'a' is not in the taxonomy"),
        (
            BRANCH + "keywords: {en: [{term: x, near: [<lst>]}]}\nlists: {list: [y]}\n",
            "no word list 'lst' under 'lists', did you mean",
        ),
        (BRANCH + "lists: [y]\n", "x.yaml:4: lists must be a mapping"),
        (BRANCH + "lists: {a: [<b>], b: [y]}\n", "x.yaml:4: word list 'a' names <b>; write its words out"),
        ("lists: {a: [y]}\n", "x.yaml:1: no label is defined"),
        (BRANCH + "was: [old]\nclasses: [{id: b, en: B, zh: 乙, was: [old]}]\n", "and so does 'a'; keep it in one"),
        ("en: A\nzh: 甲\n", "x.yaml:1: id is missing"),
        ("id: a\nzh: 甲\n", "x.yaml:1: en (the name) of 'a' is missing"),
        ("id: A b\nen: A\nzh: 甲\n", "use small letters, digits and '-'"),
        (BRANCH + "parent: b\n", "x.yaml:1: parent 'b' of 'a' is not in the taxonomy"),
        (BRANCH + "parent: a\n", "is its own ancestor"),
        (BRANCH + "classes:\n  - {id: a, en: B, zh: 乙}\n", "label 'a' is defined twice, first at x.yaml:1"),
        ("- a\n- b\n", "x.yaml:1: a label must be a mapping"),
        ("", "x.yaml:1: the file is empty"),
        ("id: [a\n", "not valid YAML"),
        ("id: \ta\n  b: c\n", "not valid YAML"),
        ("x: &a [1]\ny: *a\n", "x.yaml:1: anchors and aliases"),
        (
            "id: !!python/object/apply:os.system [ls]\n",
            "the tag 'tag:yaml.org,2002:python/object/apply:os.system' is not allowed",
        ),
        ("id: a\n---\nid: b\n", "x.yaml:2: a second document"),
        ("[" * 40 + "]" * 40, "x.yaml:1: nested deeper than 24 levels"),
        ("[" * 3000 + "]" * 3000, "x.yaml:1: "),
    ],
)
def test_every_mistake_is_named_with_its_line(tmp_path, text, message):
    assert message in problems(tmp_path, text)


def test_all_mistakes_are_reported_at_once(tmp_path):
    (tmp_path / "y.yaml").write_text("id: b\nen: B\nzh: 乙\nrelated: [c]\n", encoding="utf-8")
    found = problems(tmp_path, BRANCH + "color: red\nkeywords: {en: [{term: x, weight: 3}]}\n").splitlines()
    assert [line.split(":")[0] for line in found] == ["x.yaml", "x.yaml", "y.yaml"]


def test_a_file_that_is_not_utf8_is_refused(tmp_path):
    (tmp_path / "x.yaml").write_bytes("id: 甲".encode("gb18030"))
    with pytest.raises(TaxonomyError, match="not UTF-8"):
        industag.load_taxonomy(tmp_path)


def test_a_missing_folder_is_said_to_be_missing(tmp_path):
    with pytest.raises(TaxonomyError, match="does not exist"):
        industag.load_taxonomy(tmp_path / "nowhere")


def test_scalars_stay_what_was_written(tmp_path):
    (tmp_path / "x.yaml").write_text('id: a\nen: NO\nzh: 1.10\nkeywords: {en: [on, 5.50, "null"]}\n', encoding="utf-8")
    label = industag.load_taxonomy(tmp_path)["a"]
    assert label.names == {"en": "NO", "zh": "1.10"}
    assert [keyword.term for keyword in label.all_keywords] == ["on", "5.50", "null"]


def test_word_lists_serve_every_file(tmp_path):
    (tmp_path / "x.yaml").write_text(BRANCH + "keywords: {en: [{term: x, near: [one, <more>]}]}\n", encoding="utf-8")
    (tmp_path / "z.yaml").write_text("lists:\n  more: [two, one, three]\n", encoding="utf-8")
    taxonomy = industag.load_taxonomy(tmp_path)
    assert taxonomy.ids == ("a",)
    assert taxonomy["a"].keywords["en"][0].near == ("one", "two", "three")


def test_the_tree_knows_what_is_above_and_below(tiny):
    assert tiny.ancestors("perovskite") == ("sun", "energy")
    assert tiny.descendants("energy") == ("wind", "sun", "perovskite")
    assert tiny.children("energy") == ("wind", "sun")
    assert tiny.close(["perovskite"]) == {"perovskite", "sun", "energy"}
    assert tiny.most_specific(["energy", "sun", "wind"]) == {"sun", "wind"}
    assert [label.level for label in tiny] == ["branch", "field", "field", "industry"]


def test_an_unknown_label_is_answered_with_the_nearest(tiny):
    with pytest.raises(UnknownLabelError, match="label 'perovskit' is not in the taxonomy, did you mean 'perovskite'"):
        tiny["perovskit"]


def test_a_renamed_label_is_found_under_its_earlier_id(tmp_path):
    (tmp_path / "x.yaml").write_text(BRANCH + "was: [old]\n", encoding="utf-8")
    taxonomy = industag.load_taxonomy(tmp_path)
    assert taxonomy["old"].id == "a"
    (tmp_path / "y.yaml").write_text("id: b\nen: B\nzh: 乙\nrelated: [old]\n", encoding="utf-8")
    assert industag.load_taxonomy(tmp_path)["b"].related == ("a",)
    assert taxonomy.close(["old"]) == {"a"}


def test_plain_data_gives_the_taxonomy_back(tiny):
    again = Taxonomy.from_json(tiny.to_json())
    assert again.labels == tiny.labels
    assert again.fingerprint == tiny.fingerprint


def test_the_shipped_taxonomy_is_whole():
    taxonomy = industag.load_taxonomy()
    assert len(taxonomy) == 99
    for label in taxonomy:
        assert set(label.scope) == {"en", "zh"}, label.id
        fewest = 12 if label.level in ("industry", "segment") else 4
        for language in ("en", "zh"):
            assert len(label.keywords[language]) >= fewest, (label.id, language)


def test_the_shipped_taxonomy_has_the_outlined_classes(shared):
    yaml = pytest.importorskip("yaml")
    outline = yaml.safe_load((shared / "taxonomy" / "outline.yaml").read_text(encoding="utf-8"))
    taxonomy = industag.load_taxonomy()
    below = {"branches": "fields", "fields": "industries", "industries": "segments"}

    def walk(entries, key, parent):
        for entry in entries:
            label = taxonomy[entry["id"]]
            assert label.id == entry["id"]
            assert label.parent == parent
            assert label.names["zh"] == entry["zh"]
            assert label.names["en"].startswith(entry["en"])  # an unquoted comma cuts some names there
            for code in ("nbs", "miit"):
                assert label.codes.get(code) == entry.get(code), label.id
            if key in below:
                walk(entry.get(below[key], []), below[key], entry["id"])
            seen.append(entry["id"])

    seen: list[str] = []
    walk(outline["branches"], "branches", None)
    assert sorted(seen) == sorted(taxonomy.ids)


def test_taxonomy_files_hold_no_control_characters():
    for path in sorted(Path(industag.load_taxonomy().labels[0].place.rsplit(":", 1)[0]).parent.glob("*.yaml")):
        assert not any(char < " " and char != "\n" for char in path.read_text(encoding="utf-8")), path
