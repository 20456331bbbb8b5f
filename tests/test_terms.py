import math

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from industag.matcher import PhraseMatcher
from industag.terms import candidate_terms, tf_idf
from industag.units import split_units


def test_terms_are_words_pairs_of_words_and_runs_of_characters():
    assert set(candidate_terms(split_units("The solar cell is 5G新能源车"))) == {
        "solar", "cell", "solarcell", "5g", "5g新", "新能", "能源", "源车", "新能源", "能源车",
    }  # fmt: skip


def test_terms_do_not_cross_a_comma_and_leave_numbers_out():
    assert set(candidate_terms(split_units("wind, power 2024"))) == {"wind", "power"}


def test_values_have_length_one_and_damp_repetition():
    values = tf_idf(np.array([1, 10]), np.array([1.0, 1.0]))
    assert math.isclose(float(values @ values), 1.0)
    assert math.isclose(values[1] / values[0], 1.0 + math.log(10))


@given(st.text(alphabet="ab c人工智能,1", max_size=40))
def test_the_matcher_finds_every_candidate_again(text):
    units = split_units(text)
    candidates = set(candidate_terms(units))
    matcher = PhraseMatcher(sorted(candidates))
    assert {matcher.keys[hit.key] for hit in matcher.find(units)} == candidates
