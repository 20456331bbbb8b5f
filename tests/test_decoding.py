import itertools

import pytest

from industag.errors import InputError
from industag.reading.decoding import decode, read_text, whole


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_the_encodings_of_office_computers_are_read(encoding):
    text = "发展量子计算，2.18万亿元。\nQuantum computing"
    assert decode(text.encode(encoding), "a") == text


def test_all_line_ends_become_one():
    assert decode(b"a\r\nb\rc\n", "a") == "a\nb\nc\n"


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"\x89PNG\r\n\x1a\n\x00\x00", "looks binary"),
        (bytes(range(1, 32)) * 20, "looks binary"),
        (b"\xff\xff\xff", "neither UTF-8 nor GB18030"),
        (b"\xef\xbb\xbf\xff", "marked as utf-8-sig"),
    ],
)
def test_what_is_no_text_is_refused_not_guessed(data, message):
    with pytest.raises(InputError, match=f"x.txt: .*{message}"):
        decode(data, "x.txt")


def test_bullets_from_word_processors_are_text():
    text = "\uf0b7 发展海上风电。\n\uf0b7 布局量子计算。"
    assert decode(text.encode(), "a") == text


def test_a_missing_file_or_a_folder_is_named(tmp_path):
    with pytest.raises(InputError, match="No such file"):
        read_text(tmp_path / "nowhere.txt")
    with pytest.raises(InputError, match="Is a directory"):
        read_text(tmp_path)


def test_a_text_without_end_is_refused():
    with pytest.raises(InputError, match=r"log\.txt: larger than 5,000,000 characters; split it"):
        whole(itertools.repeat("x" * 1000), "log.txt", 5_000_000)
