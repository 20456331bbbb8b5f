"""Parquet: the rows of a table in a column store."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from industag.errors import InputError
from industag.extras import load_extra
from industag.reading.documents import Document, ReadOptions, shown_name
from industag.reading.text_column import plain, text_column

_ROWS_AT_ONCE = 100


def read_parquet(path: Path, options: ReadOptions) -> Iterator[Document]:
    """Yield a document for each row.

    Raises:
        InputError: The file is damaged, or has no text column.
    """
    parquet = load_extra("pyarrow.parquet", f"{path}: needs", InputError)
    arrow = load_extra("pyarrow", f"{path}: needs", InputError)
    name = shown_name(path)
    try:
        with parquet.ParquetFile(path) as file:
            column = text_column(name, file.schema_arrow.names, options.text_column)
            batches = file.iter_batches(batch_size=_ROWS_AT_ONCE, use_threads=False)
            rows = (row for batch in batches for row in _rows(arrow, batch))
            for number, row in enumerate(rows, start=1):
                text = row.pop(column)
                yield Document(name, "" if text is None else str(plain(text)), number, plain(row))
    except MemoryError:
        raise  # arrow's own is an ArrowException too
    except (arrow.ArrowException, OSError) as error:
        raise InputError(f"{path}: is no whole Parquet file: {error}") from error


def _rows(arrow: Any, batch: Any) -> list[dict[str, Any]]:  # noqa: ANN401 - pyarrow has no types
    """Return rows as plain data; Python's times know no nanoseconds."""
    fields = [
        field.with_type(arrow.timestamp("us", field.type.tz)) if _is_nanoseconds(arrow, field.type) else field
        for field in batch.schema
    ]
    columns = [each.cast(field.type, safe=False) for each, field in zip(batch.columns, fields, strict=True)]
    rows: list[dict[str, Any]] = arrow.RecordBatch.from_arrays(columns, schema=arrow.schema(fields)).to_pylist()
    return rows


def _is_nanoseconds(arrow: Any, kind: Any) -> bool:  # noqa: ANN401
    return bool(arrow.types.is_timestamp(kind) and kind.unit == "ns")
