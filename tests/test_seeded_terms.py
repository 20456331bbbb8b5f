"""Texts as rows of TF-IDF."""

from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from industag.seeded.texts import text_terms, weigh
from industag.terms import candidate_terms
from industag.units import split_units


@given(st.text(alphabet="ab1 -,.的电池𠀀é", max_size=40))
def test_the_terms_are_the_candidates_and_single_chinese_characters(text):
    units = split_units(text)
    expected = Counter(candidate_terms(units)) + Counter(char for char in units.joined if char >= "\u2e80")
    assert Counter(text_terms(text)) == expected


def test_rows_have_length_one_and_weigh_rare_terms_more():
    space, features = weigh(["solar cell", "solar power", "solar, cell cell", "wind power", "电池 电池"], 2)
    assert sorted(space.columns) == ["cell", "power", "solar"]
    assert np.allclose(np.asarray(features.multiply(features).sum(axis=1)).ravel(), [1, 1, 1, 1, 0])
    rare, common = space.columns["cell"], space.columns["solar"]
    assert features[0, rare] > features[0, common]
    assert features[2, rare] / features[2, common] > features[0, rare] / features[0, common]
    assert space.background.sum() == pytest.approx(1.0)


def test_new_texts_are_rows_over_the_same_terms_and_strange_words_are_left_out():
    space, features = weigh(["solar cell", "solar cell power", "固态电池"] * 2, 2)
    rows = space.rows(["solar cell", "固态电池", "qwxz", ""])
    assert np.allclose(rows[:2].toarray(), features[[0, 2]].toarray())
    assert rows[2:].nnz == 0


def test_a_chinese_n_gram_weighs_half_of_what_its_characters_do():
    space, _ = weigh(["风电", "solar"] * 3, 3)
    weights = {term: space.weights[column] for term, column in space.columns.items()}
    assert weights["风电"] == pytest.approx(weights["风"] / 2)
    assert weights["solar"] == pytest.approx(weights["风"])
