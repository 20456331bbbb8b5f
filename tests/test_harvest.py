import random

import pytest

from industag.harvest import harvest
from industag.learned import LearnedTerm, table_of_terms

CONTEXT = {
    "wind": "nacelle offshore rotor mast",
    "solar cell": "rooftop panel glass inverter",
    "钙钛矿": "薄膜 效率 叠层 组件",
}
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
            words += [keyword, *draw.sample(around.split(), 2)]
        draw.shuffle(words)
        found.append(" ".join(words))
    return found


@pytest.fixture
def found(tiny):
    return harvest(tiny, texts)


def test_the_words_around_keywords_are_learned_and_the_keywords_are_not(found):
    learned = {(each.term.label, each.term.term) for each in found.proposals}
    assert {("wind", "nacelle"), ("wind", "offshore"), ("sun", "rooftop"), ("sun", "inverter")} <= learned
    assert ("perovskite", "叠层") in learned
    assert not {term for _, term in learned} & {"wind", "turbine", "solar", "cell", "钙钛", *COMMON}


def test_each_term_has_its_counts_and_an_example(found):
    (found_term,) = [each for each in found.proposals if each.term.term == "nacelle"]
    assert found_term.term.with_label == found_term.term.in_all > 50
    assert found_term.term.weight == 0.5
    assert found_term.odds > 2
    assert "nacelle" in found_term.example
    assert found.sentences == 1500


def test_a_piece_of_a_word_is_not_proposed(tiny):
    around = ["前瞻布局", "加快前瞻布局", "在前瞻布局后", "新前瞻布局者"]
    sentences = [f"{around[n % 4]}的{'风电' if n % 2 else '光伏'}" for n in range(400)] + ["天气"] * 4000
    proposed = {each.term.term for each in harvest(tiny, lambda: sentences).proposals}
    assert proposed == set()  # whatever could be learned of four characters is a piece of them
    sentences = [f"{'甲乙丙丁'[n % 4]}叶片{'戊己庚辛'[n // 4 % 4]}风电" for n in range(400)] + ["天气"] * 4000
    assert {each.term.term for each in harvest(tiny, lambda: sentences).proposals} == {"叶片"}


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


def test_terms_known_before_count_like_keywords_and_are_counted_again(tiny):
    known = [
        LearnedTerm("wind", "nacelle", 0, 0, 1.0),
        LearnedTerm("wind", "wind turbine", 1, 1),
        LearnedTerm("sun", "panel", 0, 0),
    ]
    found = harvest(tiny, texts, known)
    assert "nacelle" not in {each.term.term for each in found.proposals}
    nacelle, panel = found.known  # the keyword is no learned term
    assert (nacelle.term, nacelle.weight, panel.term, panel.weight) == ("nacelle", 1.0, "panel", 0.5)
    assert 50 < nacelle.with_label == nacelle.in_all
    assert 0 < panel.with_label == panel.in_all


def test_the_table_holds_terms_and_numbers_only(found, tmp_path):
    path = tmp_path / "terms.tsv"
    terms = [each.term for each in found.proposals]
    path.write_text(table_of_terms(terms), "utf-8")
    header, *rows = path.read_text("utf-8").splitlines()
    assert header.split("\t") == ["label", "term", "with_label", "in_all", "weight"]
    assert len(rows) == len(terms)
    assert all(float(number) > 0 for row in rows for number in row.split("\t")[2:])
