"""How surely a term names a label: phrases, their parts, and what labels share."""

import pytest

from industag.seeded.evidence import keyword_evidence
from industag.seeded.texts import weigh

TEXTS = [
    *["castor oil rose"] * 4,
    *["palm oil fell"] * 4,
    *["oil wells were drilled"] * 8,
    *["mergers were planned", "acquisitions were planned", "mergers as well as acquisitions"] * 4,
    *["固态电池量产", "电池厂开工"] * 4,
]


def evidence_of(keywords, texts=TEXTS):
    space, features = weigh(texts, 3)
    weights = keyword_evidence(keywords, space, features).toarray().T
    return {
        label: {term: round(float(row[column]), 3) for term, column in space.columns.items() if row[column]}
        for label, row in zip(keywords, weights, strict=True)
    }


def test_words_that_are_neighbours_where_both_occur_are_one_phrase():
    found = evidence_of({"castor-oil": ["castor", "oil"], "acq": ["mergers", "acquisitions"]})
    assert found["castor-oil"] == {"castoroil": 1.0, "castor": 1.0, "oil": pytest.approx((4 / 16) ** 2, abs=1e-3)}
    assert found["acq"] == {"mergers": 1.0, "acquisitions": 1.0}


def test_a_phrase_given_as_such_is_one_and_its_parts_say_little():
    found = evidence_of({"castor-oil": ["castor oil"], "acq": ["mergers"]})
    assert found["castor-oil"]["castoroil"] == 1.0
    assert found["castor-oil"]["oil"] < 0.1


def test_what_all_labels_use_says_nothing():
    found = evidence_of({"castor": ["castor", "rose"], "fall": ["fell", "rose"]})
    assert "rose" not in found["castor"]
    assert found["castor"]["castor"] == found["fall"]["fell"] == 1.0


def test_a_chinese_keyword_counts_whole_or_else_by_its_pieces():
    found = evidence_of({"whole": ["电池"], "pieces": ["固态电池产业园"], "other": ["mergers"]})
    assert found["whole"]["电池"] > found["pieces"]["固态"] == 0.5
    assert "产" not in found["pieces"]


def test_function_words_of_a_phrase_are_no_evidence():
    found = evidence_of({"a": ["balance of payments"], "b": ["oil"]}, ["the balance of payments", "balance of trade"] * 4)
    assert "of" not in found["a"]
    assert found["a"] == {"balance": pytest.approx(1 / 3, abs=1e-3), "payments": pytest.approx(1 / 3, abs=1e-3)}
