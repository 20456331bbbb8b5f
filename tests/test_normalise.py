import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from industag.normalise import SOFT, fold, fold_keeping_case


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("ＡＩ　５Ｇ", "ai 5g"),
        ("機器人與晶片", "机器人与晶片"),
        ("Café Müller", "cafe muller"),
        ("İstanbul", "istanbul"),
        ("CO₂ ㎡ ﬁbre", "co2 m2 fibre"),
        ("soft\u00adhyphen", f"soft{SOFT}hyphen"),
    ],
)
def test_width_case_script_and_accents_are_folded(text, folded):
    assert fold(text).text == folded


def test_capitals_can_be_kept():
    assert fold_keeping_case("ＡＩ電腦 PV") == "AI电脑 PV"


@given(st.text())
def test_every_folded_character_knows_where_it_came_from(text):
    folded = fold(text)
    if folded.origin is None:
        assert len(folded.text) == len(text)
    else:
        assert len(folded.origin) == len(folded.text) + 1
        assert list(folded.origin) == sorted(folded.origin)
        assert folded.origin[-1] == len(text)


@given(st.text())
def test_folding_twice_changes_nothing(text):
    once = fold(text).text
    assert fold(once).text == once


@given(st.text(alphabet=st.characters(categories=["Lu", "Ll", "Nd"]), min_size=1))
def test_composed_and_decomposed_letters_join_to_the_same(text):
    composed = fold(unicodedata.normalize("NFC", text)).text.replace(SOFT, "")
    decomposed = fold(unicodedata.normalize("NFD", text)).text.replace(SOFT, "")
    assert composed == decomposed
