from hypothesis import given
from hypothesis import strategies as st

from industag.terminal import Terminal, merge_spans, wrap


@given(st.text(alphabet="ab 中文，", max_size=60), st.integers(4, 20))
def test_wrapping_loses_nothing_and_keeps_the_width(text, width):
    lines = wrap(text, width)
    assert "".join("".join(lines).split()) == "".join(text.split())
    assert all(sum(2 if char > "\u2e80" else 1 for char in line) <= width for line in lines)


def test_evidence_is_in_brackets_and_overlaps_are_one():
    assert Terminal().marked("solid-state battery\nmaker", [(0, 11), (6, 19)]) == "[solid-state battery] maker"
    assert merge_spans([]) == []


def test_colour_marks_evidence_without_brackets():
    assert "[" not in Terminal(colour=True).marked("wind", [(0, 4)]).replace("\x1b[", "")
