import datetime
import decimal

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from industag.errors import InputError
from industag.reading.documents import ReadOptions
from industag.reading.parquet_rows import read_parquet


def test_rows_and_their_columns_come_as_plain_data(tmp_path):
    moments = pa.array([1_700_000_000_123_456_789, None], pa.timestamp("ns"))
    table = pa.table(
        {
            "text": ["风电", None],
            "n": [1, None],
            "x": [float("nan"), 0.5],
            "when": moments,
            "day": [datetime.date(2024, 3, 1)] * 2,
            "sum": [decimal.Decimal("1.50")] * 2,
            "list": [["a"], []],
            "bytes": [b"a", b"\xff"],
        }
    )
    pq.write_table(table, tmp_path / "a.parquet")
    first, second = read_parquet(tmp_path / "a.parquet", ReadOptions())
    assert (first.row, first.text, second.row, second.text) == (1, "风电", 2, "")
    assert first.columns == {
        "n": 1, "x": None, "when": "2023-11-14 22:13:20.123456", "day": "2024-03-01", "sum": "1.50",
        "list": ["a"], "bytes": "a",
    }  # fmt: skip
    assert (second.columns["n"], second.columns["x"], second.columns["when"], second.columns["bytes"]) == (
        None,
        0.5,
        None,
        "\\xff",
    )


def test_many_rows_and_packed_text_keep_their_order(tmp_path):
    pq.write_table(
        pa.table({"body": pa.array([f"t{n % 7}" for n in range(1000)]).dictionary_encode()}), tmp_path / "a.parquet"
    )
    documents = list(read_parquet(tmp_path / "a.parquet", ReadOptions()))
    assert [(d.row, d.text) for d in documents] == [(n + 1, f"t{n % 7}") for n in range(1000)]


@pytest.mark.parametrize("content", [b"", b"hello", b"PAR1" + b"x" * 1000 + b"PAR1", b"PAR1\x00\x00\x00\x00PAR1"])
def test_what_is_no_parquet_file_is_refused(tmp_path, content):
    (tmp_path / "a.parquet").write_bytes(content)
    with pytest.raises(InputError, match="is no whole Parquet file"):
        list(read_parquet(tmp_path / "a.parquet", ReadOptions()))


def test_a_table_without_the_column_says_so(tmp_path):
    pq.write_table(pa.table({"txt": ["a"], "n": [1]}), tmp_path / "a.parquet")
    with pytest.raises(InputError, match="no column 'text', did you mean 'txt'"):
        list(read_parquet(tmp_path / "a.parquet", ReadOptions()))
