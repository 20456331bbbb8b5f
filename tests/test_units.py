import pytest
from hypothesis import given
from hypothesis import strategies as st

from industag.units import split_units

MIXED = st.text(alphabet=st.one_of(st.characters(), st.sampled_from("AI5G+-.、，。 \n　人工智能ﬁ½́😀\u200b")), max_size=60)


def units_of(text):
    units = split_units(text)
    return [text[start:end] for start, end in zip(units.origins, units.limits, strict=True)]


@pytest.mark.parametrize(
    ("text", "units"),
    [
        ("发展AI产业", ["发", "展", "AI", "产", "业"]),
        ("5.5G and Web3", ["5.5G", "and", "Web3"]),
        ("人工智能+制造", ["人", "工", "智", "能", "+", "制", "造"]),
        ("version 2. Next", ["version", "2", "Next"]),
        ("😀 ok", ["ok"]),
        ("", []),
    ],
)
def test_words_and_characters_are_units(text, units):
    assert units_of(text) == units


@pytest.mark.parametrize(
    "text", ["solid-state battery", "Solid State\nBattery", "solid‐state  batt\u00adery", "ＳＯＬＩＤ－state BATTERY"]
)
def test_variants_of_hyphen_space_and_width_join_to_the_same(text):
    assert split_units(text).joined == "solidstatebattery"


def test_a_comma_parts_what_it_stands_between():
    assert split_units("solar, cell").joined == "solar|cell"


@given(MIXED)
def test_units_stand_in_the_text_in_order(text):
    units = split_units(text)
    assert units.origins == sorted(units.origins)
    assert units.limits == sorted(units.limits)
    assert all(0 <= start < end <= len(text) for start, end in zip(units.origins, units.limits, strict=True))


@given(MIXED)
def test_nothing_but_units_and_breaks_is_joined(text):
    units = split_units(text)
    between = [units.joined[end:start] for end, start in zip([0, *units.ends], [*units.starts, None], strict=True)]
    assert set(between) <= {"", "|"}
