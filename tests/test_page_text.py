import pytest

from industag.reading.page_text import join_pages
from industag.reading.pdf_pages import HYPHEN, Line, Page

SIZE, HEIGHT, WIDTH = 10.0, 800.0, 100.0
TOP, STEP = 700.0, 14.0


def page(*texts, left=50.0, picture=False, garbled=False):
    """Return a page of lines, one below another, as wide as the column or as (text, where it begins, where it ends) says."""
    lines = []
    for number, text in enumerate(texts):
        words, begin, end = text if isinstance(text, tuple) else (text, 0, WIDTH)
        lines.append(Line(words, left + begin, left + end, TOP - STEP * number, SIZE))
    return Page(lines, HEIGHT, picture, garbled)


def text_of(*texts):
    return join_pages([page(*texts)]).text


def test_wrapped_lines_are_joined_each_script_in_its_own_way():
    assert (
        text_of("the city will build", "wind farms and then", ("sell.", 0, 25))
        == "the city will build wind farms and then sell."
    )
    assert text_of("大力发展量子计算和", "脑机接口技术与AI", ("产业。", 0, 30)) == "大力发展量子计算和脑机接口技术与AI产业。"
    assert text_of("a company for semi" + HYPHEN, ("conductors", 0, 50)) == "a company for semiconductors"
    assert text_of("during the COVID-", ("19 years", 0, 40)) == "during the COVID-19 years"


def test_a_hyphen_that_the_text_has_elsewhere_stays():
    text = text_of("a solid-state cell is", "now as much solid-", ("state as others", 0, 75))
    assert text == "a solid-state cell is now as much solid-state as others"


@pytest.mark.parametrize(
    "lines",
    [
        ["first paragraph of the", ("text.", 0, 25), "the second paragraph"],
        ["first paragraph here.", ("the second one is", 20, WIDTH), "going on in this line"],
        ["first paragraph of it", ("1. an item of a list", 0, WIDTH)],
        ["a heading of the page", ("2024 12 to review", 0, 3 * WIDTH)],
        [("a cell that is wrapped", 200, 300), "a row that follows it"],
        ["全文第一段从这里到", ("此为止。", 0, 40), ("第二段从这里开", 20, WIDTH), "始直到最后一行吗？"],
    ],
)
def test_a_paragraph_ends_where_the_page_shows_it(lines):
    assert text_of(*lines).count("\n\n") == 1


@pytest.mark.parametrize(
    ("end", "following", "joined"),
    [
        (95, "ending here", True),
        (70, "ending here", True),
        (20, "ending here", False),
        (70, "Ending", True),
        (30, "Ending", False),
    ],
)
def test_a_line_that_is_short_goes_on_if_its_words_do(end, following, joined):
    text = text_of("a line as long as any", ("a ragged one", 0, end), (following, 0, 40))
    assert (f"a ragged one {following}" in text) is joined


def test_a_larger_gap_or_another_size_ends_a_paragraph():
    body = page("one one one one one", "two two two two two", "three three three")
    spread = body._replace(lines=[*body.lines[:2], body.lines[2]._replace(baseline=650.0)])
    assert join_pages([spread]).text == "one one one one one two two two two two\n\nthree three three"
    sized = body._replace(lines=[body.lines[0]._replace(size=12.0), *body.lines[1:]])
    assert join_pages([sized]).text == "one one one one one\n\ntwo two two two two three three three"


def test_a_paragraph_goes_on_over_the_end_of_a_page_and_into_the_next_column():
    text = join_pages([page("the laboratory for quan" + HYPHEN), page("tum computing is now", ("built.", 0, 30))])
    assert text.text == "the laboratory for quantum computing is now built."
    assert text.page_starts == (0, 23)
    left, right = page("wind farms beside the", "coast and many solar"), page("parks that lie inland", left=200)
    text = join_pages([left._replace(lines=left.lines + right.lines)]).text
    assert text == "wind farms beside the coast and many solar parks that lie inland"


def test_a_column_is_no_wider_for_what_stands_above_it():
    wide = Line("a line over both columns, set very much wider than the rest of it", 50, 350, TOP + 60, SIZE)
    left, right = page("wind farms beside the", "coast and many solar"), page("parks that lie inland", left=200)
    text = join_pages([left._replace(lines=[wide, *left.lines, *right.lines])]).text
    assert text.endswith("\n\nwind farms beside the coast and many solar parks that lie inland")


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
    pages = [Page([Line("Scanned by a copier", 50, 150, 20, SIZE)], HEIGHT, is_picture=True) for _ in range(3)]
    assert join_pages(pages).scanned == (1, 2, 3)
    assert join_pages(pages).text == ""


def test_lines_without_width_or_size_are_text_too():
    lines = [Line("a", 50, 50, 700, 0.0), Line("b", 50, 50, 700, 0.0), Line("c", 90, 10, -5, -1.0)]
    assert join_pages([Page(lines, 0.0, is_picture=False)]).text.split() == ["a", "b", "c"]


def test_no_pages_are_no_text():
    assert join_pages([]).text == ""
