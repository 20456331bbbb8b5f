import pytest

from industag.matcher import PhraseMatcher, term_keys
from industag.units import split_units


def found(terms, text):
    keys = [key for term in terms for key in term_keys(term)]
    units = split_units(text)
    hits = PhraseMatcher(keys).find(units)
    return [text[units.origins[hit.first] : units.limits[hit.last]] for hit in hits]


@pytest.mark.parametrize(
    ("term", "text", "evidence"),
    [
        ("AI", "发展AI产业", ["AI"]),
        ("AI", "MAIN gaining", []),
        ("quantum computer", "Quantum  Computers compute", ["Quantum  Computers"]),
        ("battery", "batteries, battery", ["batteries", "battery"]),
        ("GPU", "eight GPUs", ["GPUs"]),
        ("GPS", "a GP practice", []),
        ("gas", "gases", ["gases"]),
        ("micro-LED", "MicroLED and micro LED", ["MicroLED", "micro LED"]),
        ("人工智能+", "“人工智能＋”行动", ["人工智能＋"]),
        ("5G基站", "5G 基站", ["5G 基站"]),
        ("固态电池", "固態電池", ["固態電池"]),
        ("solar cell", "solar, cell", []),
        ("一", "一一", ["一", "一"]),
    ],
)
def test_terms_are_found_at_the_edges_of_units(term, text, evidence):
    assert found([term], text) == evidence


def test_every_term_is_found_also_inside_others():
    assert found(["solid-state battery", "battery"], "solid-state battery") == ["solid-state battery", "battery"]


def test_a_term_without_a_word_has_no_key():
    assert term_keys("—") == ()
