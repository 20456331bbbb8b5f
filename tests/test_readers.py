import gzip
import io
import os
import tempfile
import time
from pathlib import Path

import pytest

from industag.answers import TagOptions
from industag.output.rows import tag_documents
from industag.reading.documents import Document, Failure, ReadOptions
from industag.reading.finding import files_in, others_in
from industag.reading.markdown import blank_unseen
from industag.reading.readers import read_documents


def read(tmp_path, name, content, **options):
    path = tmp_path / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return list(read_documents([str(path)], ReadOptions(**options)))


def test_a_text_file_is_one_document(tmp_path):
    (document,) = read(tmp_path, "a.txt", "风电。\r\n光伏。")
    assert document == Document(str(tmp_path / "a.txt"), "风电。\n光伏。")


def test_of_markdown_only_what_a_reader_sees_is_searched(tmp_path):
    content = '---\ntags: quantum computing\n---\n# Wind\n\nA [farm](solar/cell.html "PV") at https://x.org/hydrogen\n\n'
    content += "```\nfusion\n```\n\n| a | b |\n|---|:-:|\n| sun | `tokamak` |\n<!-- graphene -->\n"
    (document,) = read(tmp_path, "a.md", content)
    assert document.text == content
    assert len(document.seen) == len(content)
    assert document.seen.split() == "# Wind A [farm] at | a | b | | sun | |".split()


@pytest.mark.parametrize(
    "piece",
    ["`", "](", "<!--", "```\n", "|---", "| - ", "---\n", " ", "-", "\t", "---| ", '[a](b "', "~~~", "https://", ":-"],
)
def test_blanking_out_takes_time_in_proportion(piece):
    started = time.process_time()
    assert len(blank_unseen(piece * 100_000)) == len(piece) * 100_000
    assert time.process_time() - started < 5.0


def test_each_row_of_a_csv_is_a_document_and_its_columns_are_kept(tmp_path):
    documents = read(tmp_path, "a.csv", '\ufeffid,text,year\n7,"wind, power",2024\n8,,2025\n')
    assert [(d.row, d.text, d.columns) for d in documents] == [
        (1, "wind, power", {"id": "7", "year": "2024"}),
        (2, "", {"id": "8", "year": "2025"}),
    ]


def test_the_text_column_can_be_named_or_is_the_only_one(tmp_path):
    assert read(tmp_path, "a.tsv", "body\tid\nx\t1\n", text_column="body")[0].text == "x"
    assert read(tmp_path, "a.csv", "摘要\n风电\n")[0].text == "风电"
    (failure,) = read(tmp_path, "b.csv", "txt,id\nx,1\n")
    assert (
        "b.csv:1: no column 'text', did you mean 'txt'?; name the column of the text with --text-column" in failure.message
    )


def test_a_bad_row_is_a_failure_and_the_others_are_read(tmp_path):
    first, second, third = read(tmp_path, "a.csv", "text,id\na,1\nb, c,2\nd,3\n")
    assert (first.text, third.text) == ("a", "d")
    assert isinstance(second, Failure)
    assert "a.csv:3: 3 columns where the header has 2" in second.message


def test_a_quote_that_is_never_closed_is_a_failure_where_it_begins(tmp_path):
    (failure,) = read(tmp_path, "a.csv", 'id,text\n1,"wind farm\n2,solar\n')
    assert "a.csv:2: the row that begins here has a quote that is never closed" in failure.message


def test_commas_that_a_spreadsheet_leaves_behind_do_not_matter(tmp_path):
    (document,) = read(tmp_path, "a.csv", "id,text,,\n1,wind,,\n,,,\n")
    assert (document.text, document.columns) == ("wind", {"id": "1"})


def test_a_field_may_be_very_long(tmp_path):
    long = "风电" * 200_000
    assert read(tmp_path, "a.csv", f"text,id\n{long},1\n")[0].text == long


def test_json_lines_keep_their_other_keys_and_lose_what_json_has_not(tmp_path):
    lines = '{"text": "a", "n": 1.5, "bad": NaN, "deep": {"x": [1, Infinity]}}\n\n{"txt": "b"}\n{\n["a"]\n'
    first, *failures = read(tmp_path, "a.jsonl", lines)
    assert (first.row, first.text, first.columns) == (1, "a", {"n": 1.5, "bad": None, "deep": {"x": [1, None]}})
    assert [failure.row for failure in failures] == [3, 4, 5]
    assert "no text under 'text'; it has txt" in failures[0].message


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.doc", b"", "cannot read files of this kind (.doc); save it as .docx; known are .txt"),
        ("a.txt", b"\x00\x01\x02", "looks binary"),
        ("a.txt", b"\xff\xff\xff", "neither UTF-8 nor GB18030"),
        ("a.csv", b"", "no column 'text'; there are none"),
        ("a.csv", b"text,text\n1,2\n", "column 'text' stands twice"),
    ],
)
def test_what_cannot_be_read_is_a_failure_that_says_why(tmp_path, name, content, message):
    (failure,) = read(tmp_path, name, content)
    assert isinstance(failure, Failure)
    assert message in failure.message


def test_a_missing_file_is_a_failure(tmp_path):
    (failure,) = read_documents([str(tmp_path / "nowhere.txt")])
    assert "nowhere.txt: cannot be read: No such file" in failure.message


def test_a_folder_is_read_in_order_without_hidden_files_and_links(tmp_path):
    (tmp_path / "b").mkdir()
    (tmp_path / ".git").mkdir()
    for name in ("z.txt", "b/a.md", "a.txt", ".hidden.txt", ".git/x.txt", "image.png"):
        (tmp_path / name).write_text("x")
    (tmp_path / "link.txt").symlink_to(tmp_path / "a.txt")
    (tmp_path / "loop").symlink_to(tmp_path)
    assert [str(path.relative_to(tmp_path)) for path in files_in(tmp_path)] == ["a.txt", "b/a.md", "z.txt"]
    assert "image.png" in {path.name for path in others_in(tmp_path)}
    assert len(list(read_documents([str(tmp_path)]))) == 3
    assert len(list(read_documents([str(tmp_path)], ReadOptions(skip=tmp_path / "z.txt")))) == 2


def test_a_folder_with_nothing_to_read_is_a_failure(tmp_path):
    (failure,) = read_documents([str(tmp_path)])
    assert "holds no file that can be read" in failure.message


def test_standard_input_is_read_as_what_it_is_said_to_be(monkeypatch):
    class Stdin:
        buffer = io.BytesIO('{"text": "风电"}\n'.encode())

    monkeypatch.setattr("sys.stdin", Stdin)
    (document,) = read_documents(["-"], ReadOptions(stdin_format="jsonl"))
    assert (document.name, document.text) == ("-", "风电")


def test_a_page_of_html_is_what_a_reader_sees_of_it(tmp_path):
    page = '<html><head><title>no</title><meta charset="gb2312"></head><body><p>海上<b>风电</b>&amp;光伏<script>no</script>'
    (document,) = read(tmp_path, "a.html", page.encode("gb18030"))
    assert document.text == "海上风电&光伏"


def test_any_text_may_be_packed(tmp_path):
    documents = read(tmp_path, "a.csv.gz", gzip.compress("id,text\n7,风电\n".encode("gb18030")))
    assert [(d.name, d.row, d.text, d.columns) for d in documents] == [(str(tmp_path / "a.csv.gz"), 1, "风电", {"id": "7"})]
    (failure,) = read(tmp_path, "a.txt.gz", gzip.compress(b"\n" * (100 << 20)))
    assert "a.txt.gz: unpacks to more than" in failure.message
    (failure,) = read(tmp_path, "b.txt.gz", b"no gzip")
    assert "b.txt.gz: is no whole gzip file" in failure.message


@pytest.mark.parametrize("suffix", ["txt", "md", "html", "csv", "jsonl"])
def test_gb18030_is_read_in_every_kind_of_text(tmp_path, suffix):
    text = "发展量子计算，㐂𠮷也在其中"
    content = {"csv": f"text\n{text}\n", "jsonl": f'{{"text": "{text}"}}\n'}.get(suffix, text)
    (document,) = read(tmp_path, f"a.{suffix}", content.encode("gb18030"))
    assert document.text == text


def test_a_pattern_stands_for_files_or_is_a_failure(tmp_path):
    for name in ("b.txt", "a.txt", "c.md"):
        (tmp_path / name).write_text(name)
    assert [each.text for each in read_documents([str(tmp_path / "*.txt")])] == ["a.txt", "b.txt"]
    assert len(list(read_documents([str(tmp_path / "*.txt")], ReadOptions(skip=tmp_path / "b.txt")))) == 1
    (failure,) = read_documents([str(tmp_path / "*.pdf")])
    assert failure.message.endswith("*.pdf: matches no file")


def test_a_name_that_is_no_text_is_shown_with_escapes(tmp_path):
    for name in (b"two\nlines\x1b[31m.txt", b"\xff\xfe.txt", "风电.txt".encode(), b"bad\n\xff.pdf"):
        (tmp_path / os.fsdecode(name)).write_text("wind")
    found = {each.name.removeprefix(f"{tmp_path}/"): each for each in read_documents([str(tmp_path)])}
    assert set(found) == {r"two\nlines\x1b[31m.txt", r"\xff\xfe.txt", "风电.txt", r"bad\n\xff.pdf"}
    failure = found[r"bad\n\xff.pdf"]
    assert failure.message == f"{failure.name}: is no PDF, or a damaged one; open it and save it anew"


def test_json_nested_without_end_is_a_failure(tmp_path):
    deep = [f'{{"text": "a", "x": {"[" * depth}{"]" * depth}}}' for depth in (50, 200, 990, 100_000)]
    first, *failures = read(tmp_path, "a.jsonl", "\n".join(deep))
    assert first.text == "a"
    assert [failure.row for failure in failures] == [2, 3, 4]
    assert "a.jsonl:2: not a line of JSON: nested deeper than 100 levels" in failures[0].message


def test_half_characters_and_nul_bytes_pass_through(tmp_path, tiny_tagger):
    (first,) = read(tmp_path, "a.jsonl", '{"text": "wind \\ud83d power \\u0000 风电"}')
    assert [row.status for row in tag_documents(tiny_tagger, [first], TagOptions())] == ["tagged"]
    (second,) = read(tmp_path, "b.txt", b"x" * 5000 + b" wind power\x00.")
    assert "\x00" in second.text


def test_a_page_larger_than_memory_should_hold_is_not_read(tmp_path, monkeypatch):
    with (tmp_path / "a.md").open("wb") as file:
        file.truncate(1 << 40)  # on paper
    (failure,) = read_documents([str(tmp_path / "a.md")])
    assert failure.message.endswith("a.md: larger than 1 GB; split it")
    monkeypatch.setattr("industag.reading.decoding.whole.__defaults__", (3 << 20,))
    (tmp_path / "b.md.gz").write_bytes(gzip.compress(b"wind " * (1 << 20)))
    (failure,) = read_documents([str(tmp_path / "b.md.gz")])
    assert failure.message.endswith("b.md.gz: larger than 3,145,728 characters; split it")


def test_a_file_that_vanishes_between_finding_and_reading_is_a_failure(tmp_path):
    for name in ("a.txt", "b.txt", "c.pdf"):
        (tmp_path / name).write_text(name)
    documents = read_documents([str(tmp_path)])
    assert next(documents).text == "a.txt"
    (tmp_path / "b.txt").unlink()
    (tmp_path / "c.pdf").unlink()
    assert [each.message.split(": ", 1)[1] for each in documents] == ["cannot be read: No such file or directory"] * 2


def test_what_is_no_file_is_a_failure_and_nothing_waits_for_it(tmp_path):
    for suffix in ("txt", "pdf"):
        os.mkfifo(tmp_path / f"pipe.{suffix}")
        (failure,) = read_documents([str(tmp_path / f"pipe.{suffix}")])
        assert failure.message.endswith("is no regular file")


@pytest.fixture
def without_rights():
    """Act as a user who owns nothing, where that is possible."""
    if os.geteuid() == 0:
        os.seteuid(65534)
        yield
        os.seteuid(0)
    else:
        yield


def test_what_may_not_be_opened_is_a_failure(without_rights):
    with tempfile.TemporaryDirectory(dir="/tmp") as name:
        folder = Path(name)
        for each in ("a.txt", "b.pdf", "c.docx"):
            (folder / each).write_text("x")
            (folder / each).chmod(0)
        (folder / "locked").mkdir()
        (folder / "locked").chmod(0)
        failures = list(read_documents([name]))
        (folder / "locked").chmod(0o700)
    assert [failure.name.removeprefix(f"{name}/") for failure in failures] == ["a.txt", "b.pdf", "c.docx", "locked"]
    for failure in failures:
        assert failure.message == f"{failure.name}: cannot be read: Permission denied"


def test_a_sentence_has_the_page_on_which_it_begins(tiny_tagger):
    document = Document("a.pdf", "One wind power. Two goes on. Three.", page_starts=(0, 20, 29))
    rows = tag_documents(tiny_tagger, [document], TagOptions())
    assert [(row.text, row.page) for row in rows] == [("One wind power.", 1), ("Two goes on.", 1), ("Three.", 3)]
