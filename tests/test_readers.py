import io
import time

import pytest

from industag.markdown import blank_unseen
from industag.readers import Document, Failure, ReadOptions, files_in, others_in, read_documents


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
        ("a.pdf", b"%PDF-1.7", "cannot read files of this kind (.pdf); save it as text (.txt); known are .csv"),
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
