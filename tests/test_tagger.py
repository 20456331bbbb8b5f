import math
import pickle
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from industag.answers import TagOptions
from industag.errors import UnknownLabelError

BRIEFING = (
    "The city opened a quantum computing centre and ordered 200 fuel-cell buses. "
    "The mayor thanked the staff. 全市将建设5G基站，发展人形机器人和脑机接口产业。"
)
ANY_TEXT = st.text(
    alphabet=st.one_of(
        st.characters(), st.characters(categories=["Cs"]), st.sampled_from("人工智能 AI量子芯片,.。\n５Ｇ½\u0301\u200b\x00")
    ),
    max_size=80,
)


def test_each_sentence_gets_its_labels_and_the_text_gets_all(tagger):
    tagged = tagger.tag(BRIEFING)
    assert [set(sentence.labels) for sentence in tagged.sentences] == [
        {"quantum-computing", "fuel-cell-vehicles"},
        set(),
        {"mobile-communications", "humanoid-robots", "brain-computer-interface"},
    ]
    assert set(tagged.labels) == set().union(*(sentence.labels for sentence in tagged.sentences))
    assert tagged.status == "tagged"
    assert tagged.sentences[1].status == "none"


def test_evidence_is_what_stands_in_the_text(tagger):
    for tag in tagger.tag(BRIEFING).tags:
        assert tag.evidence
        for evidence in tag.evidence:
            assert BRIEFING[evidence.start : evidence.end] == evidence.text


@settings(max_examples=150, deadline=None)
@given(ANY_TEXT)
def test_no_text_raises_and_all_evidence_is_cut_from_it(tagger, text):
    tagged = tagger.tag(text)
    for sentence in tagged.sentences:
        assert text[sentence.start : sentence.end] == sentence.text
        for tag in (*sentence.tags, *sentence.review):
            for evidence in tag.evidence:
                assert text[evidence.start : evidence.end] == evidence.text
    for explanation in tagger.explain(text):
        total = explanation.bias + math.fsum(each.value for each in explanation.contributions)
        assert abs(total - explanation.score) < 1e-6
        logit = explanation.slope * explanation.score + explanation.offset
        assert abs(explanation.probability - 1 / (1 + math.exp(-logit))) < 1e-9


def test_the_sum_of_the_contributions_is_the_score_of_the_classifier(tagger):
    for explanation in tagger.explain(BRIEFING):
        reading = tagger.scorer.read(explanation.sentence)
        column = tagger.taxonomy.ids.index(explanation.via)
        assert abs(tagger.scorer.scores(reading)[column] - explanation.score) < 1e-6


def test_a_batch_is_the_same_as_one_by_one_in_any_order(tagger):
    texts = [BRIEFING, "", "风电", "Wind farm", BRIEFING[::-1]]
    batch = tagger.tag(texts)
    assert batch == [tagger.tag(text) for text in texts]
    assert tagger.tag(iter(texts[::-1])) == batch[::-1]


def test_sentences_come_one_by_one_as_they_come_together(tagger):
    assert tuple(tagger.tag_sentences(BRIEFING)) == tagger.tag(BRIEFING).sentences


def test_a_parent_is_never_less_likely_than_its_child(tagger):
    scores = tagger.score(BRIEFING)
    assert set(scores) == set(tagger.taxonomy.ids)
    for label in tagger.taxonomy:
        if label.parent is not None:
            assert scores[label.parent] >= scores[label.id]


def test_the_score_of_a_text_is_the_highest_of_its_sentences(tagger):
    first, second = "量子计算机问世。", "风电场并网。"
    both = tagger.score(first + second)
    assert both == {label: max(tagger.score(first)[label], tagger.score(second)[label]) for label in both}


def test_an_empty_text_has_no_tags_and_low_scores(tagger):
    assert tagger.tag("").tags == ()
    assert tagger.tag("").status == "none"
    assert max(tagger.score(" \n").values()) < 0.05


def test_where_the_child_is_unsure_the_parent_is_the_answer(tiny_tagger):
    tagged = tiny_tagger.tag("The energy industry turns a blade in the wind")
    assert tagged.labels == ("energy",)
    assert [tag.label for tag in tagged.review] == ["wind"]


def test_two_half_hints_make_a_whole(tiny_tagger):
    assert tiny_tagger.tag("a blade in the wind").status == "review"
    assert tiny_tagger.tag("a blade of a wind turbine").labels == ("wind",)


def test_options_choose_what_is_answered(tagger):
    def labels(**options):
        return set(tagger.tag(BRIEFING, TagOptions(**options)).labels)

    assert labels(level="field") == {
        "future-information", "new-energy-vehicles", "next-generation-it", "future-manufacturing", "future-health",
    }  # fmt: skip
    assert labels(level="branch") == {"strategic-emerging", "future"}
    assert labels(include=frozenset({"future-information"})) == {"quantum-computing"}
    assert labels(exclude=frozenset({"future"})) == {"mobile-communications", "fuel-cell-vehicles"}
    assert labels(min_probability=1.0) == set()
    assert labels(min_probability=0.0) >= {"quantum-computing", "software"}


def test_excluding_a_child_leaves_its_parent(tagger):
    options = TagOptions(exclude=frozenset({"quantum-computing"}))
    assert tagger.tag("A quantum computer", options).labels == ("quantum-information",)


def test_a_parent_given_for_its_child_says_so(tagger):
    (tag,) = tagger.tag("风电", TagOptions(level="field")).tags
    assert (tag.label, tag.via) == ("new-energy", "wind-power")


@pytest.mark.parametrize("options", [{"level": "class"}, {"min_probability": 1.5}, {"include": "software"}])
def test_wrong_options_are_refused(options):
    with pytest.raises(ValueError, match=next(iter(options))):
        TagOptions(**options)


def test_wrong_use_is_named(tagger):
    with pytest.raises(UnknownLabelError, match="did you mean 'software'"):
        tagger.tag("x", TagOptions(include=frozenset({"softwares"})))
    with pytest.raises(UnknownLabelError):
        tagger.explain("x", ["nothing"])
    with pytest.raises(TypeError, match="text 1 must be a string, not int"):
        tagger.tag(["x", 3])


def test_threads_and_processes_see_the_same(tagger):
    texts = [f"{BRIEFING} {number}" for number in range(40)]
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(tagger.score, texts)) == [tagger.score(text) for text in texts]
    assert pickle.loads(pickle.dumps(tagger)).tag(texts[0]) == tagger.tag(texts[0])
