import random

import pytest

from industag.harvest import harvest, write_terms

CONTEXT = {"wind": "nacelle offshore rotor mast", "solar cell": "rooftop panel glass inverter", "钙钛矿": "薄膜效率叠层组件"}
COMMON = "house garden street window table music city river bridge school market paper".split()


def texts():
    """Return sentences: two in five about something, among words that say nothing."""
    draw = random.Random(0)
    found = []
    for number in range(1500):
        words = draw.sample(COMMON, 5)
        if number % 5 < 2:
            keyword = ["wind turbine", "solar cell", "钙钛矿"][number % 3]
            around = CONTEXT.get(keyword, CONTEXT["wind"])
            words += [keyword, *(draw.sample(around.split(), 2) if " " in around else [around])]
        draw.shuffle(words)
        found.append(" ".join(words))
    return found


@pytest.fixture
def found(tiny):
    return harvest(tiny, texts)


def test_the_words_around_keywords_are_learned_and_the_keywords_are_not(found):
    learned = {(each.label, each.term) for each in found.terms}
    assert {("wind", "nacelle"), ("wind", "offshore"), ("sun", "rooftop"), ("sun", "inverter")} <= learned
    assert ("perovskite", "叠层") in learned
    assert not {term for _, term in learned} & {"wind", "turbine", "solar", "cell", "钙钛", *COMMON}


def test_each_term_has_its_counts_and_an_example(found):
    (term,) = [each for each in found.terms if each.term == "nacelle"]
    assert term.with_label == term.in_all > 50
    assert term.weight > 2
    assert "nacelle" in term.example
    assert found.sentences == 1500


def test_keywords_that_never_occur_are_silent(found):
    assert ("wind", "wind turbine") not in found.silent
    assert ("wind", "风电") in found.silent


def test_labels_that_stand_together_overlap(tiny):
    found = harvest(tiny, lambda: ["a wind turbine and a solar cell"] * 60 + ["nothing"] * 60)
    assert [(each.first, each.second, each.together, each.share) for each in found.overlaps] == [("wind", "sun", 60, 1.0)]


def test_a_keyword_that_stands_alone_is_doubtful(tiny):
    together, alone = ["wind power from a wind turbine"] * 300, ["solar cell of PV"] * 100 + ["the sun shines"] * 60
    found = harvest(tiny, lambda: together + alone + ["tea"] * 300)
    assert [each.term for each in found.doubtful] == ["sun"]


def test_the_table_holds_terms_and_numbers_only(found, tmp_path):
    path = tmp_path / "terms.tsv"
    write_terms(found.terms, path)
    header, *rows = path.read_text("utf-8").splitlines()
    assert header.split("\t") == ["label", "term", "with_label", "in_all", "weight"]
    assert len(rows) == len(found.terms)
    assert all(float(number) > 0 for row in rows for number in row.split("\t")[2:])
