import gzip

import pytest

from industag.errors import InputError
from industag.reading.gzipped import Unpacked


def read(path):
    with Unpacked(path) as file:
        return b"".join(iter(lambda: file.read(1 << 20), b""))


def test_text_is_unpacked(tmp_path):
    (tmp_path / "a.gz").write_bytes(gzip.compress("风电".encode()) + gzip.compress("光伏".encode()))
    assert read(tmp_path / "a.gz").decode() == "风电光伏"


def test_a_bomb_is_refused_before_it_is_large(tmp_path):
    (tmp_path / "a.gz").write_bytes(gzip.compress(b"\0" * (100 << 20)))
    with pytest.raises(InputError, match="unpacks to more than 25,"):
        read(tmp_path / "a.gz")


@pytest.mark.parametrize(
    "data", [b"hello", gzip.compress(b"wind" * 1000)[:-12], gzip.compress(b"wind" * 1000)[:20] + b"\xff" * 20]
)
def test_what_is_no_whole_gzip_file_is_refused(tmp_path, data):
    (tmp_path / "a.gz").write_bytes(data)
    with pytest.raises(InputError, match="is no whole gzip file"):
        read(tmp_path / "a.gz")
