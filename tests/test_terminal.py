from hypothesis import given
from hypothesis import strategies as st

from industag.output.terminal import Terminal, merge_spans, wrap


@given(st.text(alphabet="ab 中文，", max_size=60), st.integers(4, 20))
def test_wrapping_loses_nothing_and_keeps_the_width(text, width):
    lines = wrap(text, width)
    assert "".join("".join(lines).split()) == "".join(text.split())
    assert all(sum(2 if char > "\u2e80" else 1 for char in line) <= width for line in lines)


def test_evidence_is_in_brackets_and_overlaps_are_one():
    assert Terminal().marked("solid-state battery\nmaker", [(0, 11), (6, 19)], 80) == ["[solid-state battery] maker"]
    assert merge_spans([]) == []


def test_colour_marks_evidence_without_brackets():
    (line,) = Terminal(colour=True).marked("wind farm", [(0, 4)], 9)
    assert line == "\x1b[1m\x1b[4mwind\x1b[0m farm"


def test_control_characters_do_not_reach_the_terminal():
    assert "\x1b" not in Terminal().title("\x1b]0;title\x07")
    assert Terminal().marked("a\x1b[31mb", [], 80) == ["a\ufffd[31mb"]
