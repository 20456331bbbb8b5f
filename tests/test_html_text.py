import time

import pytest

from industag.errors import InputError
from industag.reading.decoding import decode
from industag.reading.html_text import named_encoding, visible_text


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>Wind<p>Sun</p>", "Wind\n\nSun"),
        ("<div>a<b>b</b> c<br>d</div>e", "ab c\nd\n\ne"),
        ("<ul><li>one<li>two</ul><table><tr><td>风电<td>光伏</table>", "one\n\ntwo\n\n风电\n\n光伏"),
        ("<pre>a\n  b</pre>", "a\n  b"),
        ("a &lt;b&gt; &#x98ce;&#30005; 1 < 2 &unknown; &amp;lt;", "a <b> 风电 1 < 2 &unknown; &lt;"),
        ("发展\n  量子 计算", "发展量子 计算"),
        ("one\n  two", "one two"),
        ('<a title="x > y" href=z>link</a>', "link"),
        ("<!-- no --><!DOCTYPE html><?php no ?><![CDATA[no]]>yes", "yes"),
        ("<!-->yes<!--->yes", "yesyes"),
    ],
)
def test_blocks_lines_and_entities_come_out_as_a_browser_shows_them(html, text):
    assert visible_text(html) == text


@pytest.mark.parametrize(
    "hidden",
    [
        "<script>if (a < b) document.write('<p>no</p>')</script>",
        "<style>p::after { content: 'no' }</style>",
        "<head><title>no</title><meta name=description content=no></head>",
        "<noscript><p>no</p></noscript>",
        "<template><p>no</p></template>",
        "<p hidden>no</p>",
        "<p hidden>no",
        "<div style='color: red; display:none'><p>no<div>no</div></p>no</div>",
        '<div style="visibility : hidden">no</div>',
        "<span hidden>no<b>no</b></span>",
        "<select><option>no<option>no</select>",
        "<dialog>no</dialog>",
        "<textarea><p>no</textarea>",
        "<iframe>no</iframe>",
        "<SCRIPT>no</ScRiPt >",
    ],
)
def test_what_is_not_shown_is_left_out_and_what_follows_is_there(hidden):
    assert visible_text(f"<p>before</p>{hidden}<p>after</p>") == "before\n\nafter"


def test_elements_whose_end_is_left_out_hide_no_more_than_themselves():
    assert visible_text("<ul><li hidden>no<li>yes</ul>") == "yes"
    assert visible_text("<table><tr hidden><td>no<tr><td>yes</table>") == "yes"
    assert visible_text("<div hidden><b>no</div>yes") == "yes"
    assert visible_text("<span hidden>no<div>no</span>no</div>no") == ""


def test_what_is_never_closed_hides_the_rest_as_in_a_browser():
    assert visible_text("yes<!-- no") == "yes"
    assert visible_text("yes<a href='no>no") == "yes"
    assert visible_text("yes<script>no") == "yes"


def test_a_page_may_name_its_encoding():
    page = '<meta charset="{}"><p>風電與太陽能</p>'

    def decode_html(data, name):
        return decode(data, name, named_encoding(data))

    assert "風電與太陽能" in decode_html(page.format("big5").encode("big5"), "a.html")
    assert "風電與太陽能" in decode_html(page.format("gb2312").encode("gb18030"), "a.html")
    assert "風電與太陽能" in decode_html(page.format("big5").encode("utf-8"), "a.html"), "UTF-8 is never an accident"
    assert "caf\xe9" in decode_html(b'<meta content="text/html; charset=ISO-8859-1">caf\xe9 ', "a.html")
    with pytest.raises(InputError, match="neither UTF-8 nor GB18030"):
        decode_html(b"<meta charset=utf-7>\xff\xff", "a.html")


PIECES = ["<", "<!--", "</", "<a ", "<a b='", '<a b="', "&", "<!", "<script>", "<a/", "<a b=c ", "</a ", "</script", "<div>"]
PIECES += [
    "<b></i>",
    "<a =",
    " ",
    "<pre>\n",
    "<p>a",
    "中\n",
    "<div><b>",
    "</div>",
    "<br>",
    "&#x",
    "<p hidden>",
    "<b hidden>",
]


@pytest.mark.parametrize("piece", PIECES)
def test_time_grows_in_proportion_to_the_page(piece):
    def seconds(times):
        started = time.process_time()
        visible_text(piece * times)
        return time.process_time() - started

    assert seconds(8_000) < 12 * seconds(2_000) + 0.1
