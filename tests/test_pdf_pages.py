import pytest
from conftest import ROOT
from small_pdf import PICTURE, Written, assemble, make_pdf

from industag.errors import InputError
from industag.reading.page_text import join_pages
from industag.reading.pdf_pages import read_pages

CATALOGUE = b"<< /Type /Catalog /Pages 2 0 R >>"
FILES = ROOT / "tests" / "files"


def write(tmp_path, data):
    path = tmp_path / "a.pdf"
    path.write_bytes(data)
    return path


def text_of(path):
    return join_pages(list(read_pages(path)))


def test_a_pdf_of_libreoffice_gives_its_paragraphs_without_hyphens_header_and_page_numbers():
    joined = text_of(FILES / "plan.en.pdf")
    paragraphs = joined.text.split("\n\n")
    assert paragraphs[0] == "A plan for the harbour district"
    assert paragraphs[2].startswith(
        "It also asks the university to extend its laboratory for superconducting quantum computing"
    )
    assert "straightforward commercialisation agreements" in paragraphs[2]
    assert paragraphs[3].startswith("Perovskite solar cells stay at the pilot stage; the responsible departments will")
    assert joined.text[joined.page_starts[1] :].startswith("sponsible departments")
    assert paragraphs[-1] == "The remaining money goes to biomanufacturing."
    assert "Page" not in joined.text and "draft" not in joined.text


@pytest.mark.parametrize("name", ["plan.zh.pdf", "plan.zh.cid.pdf"])
def test_a_chinese_pdf_with_an_embedded_font_gives_the_text_of_its_source(name):
    source = (FILES / "plan.zh.fodt").read_text("utf-8").split("<office:text>")[1]
    paragraphs = [part.split("</text:p>")[0] for part in source.split(">") if "</text:p" in part]
    paragraphs = [part.removesuffix("</text:p") for part in paragraphs]
    joined = text_of(FILES / name)
    assert joined.text.replace(" ", "").split("\n\n") == paragraphs
    assert joined.text[joined.page_starts[1] :].startswith("网站上公开通报。")


def test_columns_footnotes_and_tables_come_apart():
    assert text_of(FILES / "columns.en.pdf").text.split("\n\n") == [
        "1. Purpose",
        "The region will support companies that develop perovskite solar cells 1, solid-state batteries and hydrogen "
        "electrolysers, and will help universities to commercialise the results of their research in brain-computer "
        "interfaces and quantum sensing.",
        "Each project must publish its measurements within eighteen months. Projects that do not will lose their funding in "
        "the following year, unless the responsible department grants an extension.",
        "1.1 Money",
        "Field Million Remarks of the committee on",
        "the second reading of the plan",
        "Quantum computing 12 to be reviewed",
        "The remaining money goes to biomanufacturing.",
        "1 Cells with a layer of a lead halide, which are printed.",
    ]


def test_a_font_that_is_not_embedded_is_read_by_its_name(tmp_path):
    path = write(tmp_path, make_pdf([[Written(70, 700, 12, "发展量子计算和AI产业𠮷。")]]))
    assert text_of(path).text == "发展量子计算和AI产业𠮷。"


TURNS = {
    0: lambda x, y: f"1 0 0 1 {x} {y}",
    90: lambda x, y: f"0 1 -1 0 {700 - y} {x}",
    180: lambda x, y: f"-1 0 0 -1 {500 - x} {700 - y}",
    270: lambda x, y: f"0 -1 1 0 {y} {500 - x}",
}


@pytest.mark.parametrize("turn", TURNS)
def test_a_page_that_is_turned_is_read_as_it_is_shown(tmp_path, turn):
    width, height = (500, 700) if turn in (0, 180) else (700, 500)
    lines = [
        (70, 400, "The council of the city will build"),
        (70, 380, "wind farms."),
        (90, 360, "Another paragraph follows."),
    ]
    content = " ".join(f"BT /F1 10 Tf {TURNS[turn](x, y)} Tm ({text}) Tj ET" for x, y, text in lines).encode()
    page = f"<< /Type /Page /Parent 2 0 R /Rotate {turn} /MediaBox [0 0 {width} {height}] /Contents 4 0 R "
    objects = [
        CATALOGUE,
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        page.encode() + b"/Resources << /Font << /F1 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(content), content),
    ]
    (shown,) = read_pages(write(tmp_path, assemble(objects)))
    assert [(round(line.left), round(line.baseline), round(line.size)) for line in shown.lines] == [
        (70, 400, 10), (70, 380, 10), (90, 360, 10),
    ]  # fmt: skip
    assert shown.lines[0].right > 200
    assert join_pages([shown]).text == "The council of the city will build wind farms.\n\nAnother paragraph follows."


def test_a_page_that_is_a_picture_is_a_scan(tmp_path):
    path = write(tmp_path, make_pdf([[Written(70, 700, 12, "Wind farms")], [PICTURE], []]))
    assert [page.is_picture for page in read_pages(path)] == [False, True, False]


def test_a_font_without_its_characters_is_garbled(tmp_path):
    path = write(tmp_path, make_pdf([[Written(70, 700, 12, "".join(map(chr, range(0xE000, 0xE040))))]]))
    assert [page.is_garbled for page in read_pages(path)] == [True]


FORM = b"<< /Subtype /Form /BBox [0 0 9 9] /Resources << /XObject << /F 4 0 R >> >> /Length 5 >>\nstream\n/F Do\nendstream"
LOOPS = {
    "a page tree that holds itself": [CATALOGUE, b"<< /Type /Pages /Kids [2 0 R 2 0 R] /Count 1000000 >>"],
    "a form that draws itself": [
        CATALOGUE,
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] /Contents 4 0 R /Resources << /XObject << /F 4 0 R >> >> >>",
        FORM,
    ],
    "a parent that is its own": [
        CATALOGUE,
        b"<< /Type /Pages /Parent 2 0 R /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 3 0 R >>",
    ],
    "a length that is itself": [
        CATALOGUE,
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] /Contents 4 0 R >>",
        b"<< /Length 4 0 R >>\nstream\nBT ET\nendstream",
    ],
}


@pytest.mark.parametrize("loop", LOOPS)
def test_a_pdf_that_leads_back_to_itself_ends(tmp_path, loop):
    path = write(tmp_path, assemble(LOOPS[loop]))
    try:
        assert text_of(path).text == ""
    except InputError as error:
        assert "is no PDF, or a damaged one" in str(error)


@pytest.mark.parametrize(
    "data",
    [b"", b"hello", b"%PDF-1.7\n" + bytes(range(256)) * 20, make_pdf([[Written(70, 700, 12, "Wind")]])[:500]],
)
def test_what_is_no_whole_pdf_is_refused(tmp_path, data):
    with pytest.raises(InputError, match="is no PDF, or a damaged one"):
        list(read_pages(write(tmp_path, data)))


def test_a_password_is_named():
    with pytest.raises(InputError, match="is protected by a password; save a copy without one"):
        list(read_pages(FILES / "locked.pdf"))
