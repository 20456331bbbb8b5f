"""Queries from keywords, and the first guess."""

import numpy as np
import pytest
from test_seeded import ENGLISH, KEYWORDS, corpus

import industag.seeded.guess
from industag import SeededClassifier
from industag.seeded.guess import embed, first_guess, keyword_queries, none_score
from industag.seeded.texts import weigh


def test_the_rarer_keywords_of_a_label_make_one_query(monkeypatch):
    monkeypatch.setattr(industag.seeded.guess, "_MOST_QUERIES", 2)
    space, _ = weigh(["goal match", "goal match league", "goal match league coach trophy"] * 3 + ["shares"] * 3, 3)
    queries = keyword_queries({"sport": ["coach", "goal", "trophy", "match"], "money": ["shares"]}, space)
    assert queries.owners.tolist() == [0, 0, 0, 1]
    terms = [sorted(term for term, column in space.columns.items() if row[column] > 0) for row in queries.rows.toarray()]
    assert terms == [["goal"], ["match"], ["coach", "trophy"], ["shares"]]


def test_a_keyword_that_all_labels_use_is_no_query():
    space, _ = weigh(["goal shares bank"] * 3, 3)
    queries = keyword_queries({"sport": ["goal", "shares"], "money": ["shares", "bank"]}, space)
    assert queries.owners.tolist() == [0, 1]


def test_of_a_chinese_keyword_that_occurs_single_characters_say_nothing():
    space, _ = weigh(["量子计算", "计算机", "量子计算机"] * 3 + ["足球"] * 3, 3)
    queries = keyword_queries({"quantum": ["量子计"], "sport": ["足球"]}, space)
    terms = {term for term, column in space.columns.items() if queries.rows.toarray()[0][column] > 0}
    assert {"量子", "子计", "量子计"} <= terms
    assert not terms & set("量子计")


@pytest.mark.parametrize(
    "keywords",
    [{"sport": ["xylophone"], "money": ["zither"]}, {"sport": [], "money": []}, {"sport": ["goal"], "money": ["goal"]}],
)
def test_keywords_that_never_occur_are_an_error_that_says_so(keywords):
    with pytest.raises(ValueError, match="must occur in the texts"):
        SeededClassifier().fit(["goal", "shares"] * 3, keywords)


def test_the_guess_is_the_same_in_blocks(monkeypatch):
    texts, labels = corpus(ENGLISH, " ")
    space, features = weigh(texts, 3)
    queries, meanings = keyword_queries(KEYWORDS, space), embed(features, 20, 1.25)
    whole = first_guess(features, meanings, queries)
    monkeypatch.setattr(industag.seeded.guess, "_BLOCK", 7)
    assert np.allclose(whole, first_guess(features, meanings, queries), atol=1e-4)
    assert (np.array(list(KEYWORDS))[whole.argmax(axis=1)] == labels).mean() > 0.8


def test_none_is_harder_to_beat_by_chance_the_more_keywords_there_are():
    space, _ = weigh(["goal match shares bank"] * 3, 3)
    few = keyword_queries({"sport": ["goal"], "money": ["shares"]}, space)
    many = keyword_queries({"sport": ["goal", "match"], "money": ["shares", "bank"]}, space)
    assert none_score(many) - none_score(few) == pytest.approx(np.log(2))
