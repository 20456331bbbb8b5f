import pytest
from hypothesis import given
from hypothesis import strategies as st

from industag.errors import InputError
from industag.reading import blocks
from industag.reading.blocks import text_blocks, text_lines

pieces = st.lists(st.text(st.sampled_from("ab \n。.\f中"), max_size=30), max_size=8)


@given(pieces, st.integers(1, 12))
def test_blocks_are_the_text_and_do_not_depend_on_its_pieces(pieces, size):
    text = "".join(pieces)
    found = list(text_blocks(pieces, size))
    assert "".join(found) == text
    assert all(0 < len(block) <= size for block in found) or found == [""]
    assert found == list(text_blocks([text], size))


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("One.\nTwo.\n \nThree.\nFour. Five.", "One.\nTwo.\n \n"),
        ("One.\nTwo.\nThree. Four. Five. Six.", "One.\nTwo.\n"),
        ("一句。二句。三句三句三句三句三句三句三句三句。", "一句。二句。"),
        ("Version 3.5 is it. It is so very long", "Version 3.5 is it."),
        ("one two three four five six seven", "one two three four "),
        ("x" * 30, "x" * 20),
    ],
)
def test_a_block_ends_where_the_text_pauses_longest(text, first):
    assert next(iter(text_blocks([text], 20))) == first


@given(pieces)
def test_lines_are_those_of_the_whole_text(pieces):
    lines = list(text_lines(pieces, "a"))
    assert "".join(lines) == "".join(pieces)
    assert all(line.endswith("\n") for line in lines[:-1])
    assert not any("\n" in line[:-1] for line in lines)


def test_a_line_without_end_is_refused_before_it_fills_the_memory(monkeypatch):
    monkeypatch.setattr(blocks, "LONGEST_LINE", 100)
    with pytest.raises(InputError, match=r"a\.csv:2: a line of more than 100 characters; split it"):
        list(text_lines(["short\n", *["x" * 30] * 5], "a.csv"))
