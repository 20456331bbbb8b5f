import pytest

from industag.page_text import join_pages
from industag.pdf_pages import HYPHEN, Line, Page

SIZE, HEIGHT = 10.0, 800.0


def page(*texts, left=50.0, right=350.0, top=700.0, picture=False, garbled=False):
    """Return a page of lines that reach the right edge, one below another; a tuple says where a line ends or begins."""
    lines = []
    for number, text in enumerate(texts):
        text, begin, end = text if isinstance(text, tuple) else (text, left, right)
        lines.append(Line(text, begin, end, top - 14 * number, SIZE))
    return Page(lines, HEIGHT, picture, garbled)


def test_wrapped_lines_are_joined_each_script_in_its_own_way():
    assert (
        join_pages([page("the city builds", "wind farms and", ("sells.", 50, 90))]).text
        == "the city builds wind farms and sells."
    )
    assert join_pages([page("大力发展量子计", "算和AI", ("产业。", 50, 90))]).text == "大力发展量子计算和AI产业。"
    assert join_pages([page("a firm for semi" + HYPHEN, ("conductors", 50, 120))]).text == "a firm for semiconductors"
    assert join_pages([page("during the COVID-", ("19 years", 50, 120))]).text == "during the COVID-19 years"


def test_a_hyphen_that_the_text_has_elsewhere_stays():
    text = join_pages([page("a solid-state cell is more solid-", ("state than others", 50, 200))]).text
    assert text == "a solid-state cell is more solid-state than others"


@pytest.mark.parametrize(
    "lines",
    [
        ["first paragraph of the", ("text.", 50, 80), "second paragraph here"],
        ["first paragraph of the text.", ("second paragraph here", 70, 350), "goes on in this line"],
        ["first paragraph of the text", ("1. an item that is one", 50, 350)],
        ["全文第一段到此", ("为止。", 50, 80), ("第二段从这里开", 70, 350), "始直到最后一行"],
    ],
)
def test_a_paragraph_ends_where_the_page_shows_it(lines):
    assert join_pages([page(*lines)]).text.count("\n\n") == 1


@pytest.mark.parametrize(
    ("end", "following", "joined"),
    [
        (330, "ending here", True),
        (250, "ending here", True),
        (100, "ending here", False),
        (330, "Ending", True),
        (250, "Ending", False),
    ],
)
def test_a_line_that_is_short_goes_on_if_its_words_do(end, following, joined):
    text = join_pages([page("a line as long as any", ("a ragged line", 50, end), (following, 50, 120))]).text
    assert (f"a ragged line {following}" in text) is joined


def test_a_larger_gap_or_another_size_ends_a_paragraph():
    body = page("one one one", "two two two", "three three")
    spread = body._replace(lines=[*body.lines[:2], body.lines[2]._replace(bottom=650.0)])
    assert join_pages([spread]).text == "one one one two two two\n\nthree three"
    sized = body._replace(lines=[body.lines[0]._replace(size=16.0), *body.lines[1:]])
    assert join_pages([sized]).text == "one one one\n\ntwo two two three three"


def test_a_paragraph_goes_on_over_the_end_of_a_page_and_into_the_next_column():
    text = join_pages([page("the laboratory for quan" + HYPHEN), page("tum computing is", ("built.", 50, 90))])
    assert text.text == "the laboratory for quantum computing is built."
    assert text.page_starts == (0, 23)
    left, right = page("wind farms beside the", "coast and solar"), page("parks inland", left=400, right=700)
    assert (
        join_pages([left._replace(lines=left.lines + right.lines)]).text
        == "wind farms beside the coast and solar parks inland"
    )


def numbered(number, body, header="Plan of the City", height=780.0):
    lines = [Line(header, 50, 200, height, SIZE), *page(*body).lines, Line(f"- {number} -", 180, 200, 30, SIZE)]
    return Page(lines, HEIGHT, is_picture=False)


def test_headers_footers_and_page_numbers_are_dropped_though_their_numbers_differ():
    joined = join_pages([numbered(number, [f"body {number} " + "of the text " * number]) for number in range(1, 8)])
    assert "Plan" not in joined.text
    assert "- 3 -" not in joined.text
    assert [joined.text[start:][:6] for start in joined.page_starts] == [f"body {number}" for number in range(1, 8)]


def test_headers_of_left_and_right_pages_and_of_chapters_are_dropped_too():
    headers = ["Wind 1", "Plan", "Wind 3", "Plan", "Sun 5", "Plan", "Sun 7", "Wind 8", "Sun 9"]
    joined = join_pages([numbered(i, ["body " + "x" * (i + 1)], header) for i, header in enumerate(headers)])
    assert not {"Plan", "Wind", "Sun"} & set(joined.text.split())


def test_what_repeats_within_the_body_stays_and_so_does_a_page_that_is_all_the_same():
    kept = [numbered(number, [f"start {'y' * number}", "wind farms", f"end {'x' * number}"]) for number in range(4)]
    assert join_pages(kept).text.count("wind farms") == 4
    assert join_pages([page("the same slide")] * 3).text.count("the same slide") == 3


def test_pictures_and_garbled_pages_are_told_apart_from_empty_ones():
    joined = join_pages([page("text"), page(picture=True), page(), page("\ue001\ue002", garbled=True), page("more")])
    assert (joined.scanned, joined.garbled) == ((2,), (4,))
    assert "\ue001" not in joined.text
    assert joined.page_starts[0] == 0
    assert joined.text[joined.page_starts[4] :] == "more"


def test_a_scan_with_nothing_but_a_stamp_on_each_page_is_a_scan():
    pages = [page(("Scanned by a copier", 50, 200), top=20, picture=True) for _ in range(3)]
    assert join_pages(pages).scanned == (1, 2, 3)
    assert join_pages(pages).text == ""


def test_no_pages_are_no_text():
    assert join_pages([]).text == ""
