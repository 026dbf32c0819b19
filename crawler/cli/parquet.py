"""Rows of a query as a Parquet file. SQLite tells no types of a query's columns, so they widen as the rows come.

A column is what its first rows are; when a later one does not fit (a number that turns out to have a fraction, a text
among numbers), what was written is written again with the wider type: the query is asked once, and memory is that
of a batch.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

_BATCH = 2_000
"""Rows at a time, and in a row group: of articles about 7 MB of text. Of 10,000 a million articles took 370 MB of memory."""
_NOTHING, _INTEGER, _REAL, _BLOB, _TEXT = range(5)
"""What a column was seen to hold; a later one takes in the earlier ones, but for numbers, which are no bytes."""

_TYPES = {_NOTHING: pa.string(), _INTEGER: pa.int64(), _REAL: pa.float64(), _BLOB: pa.binary(), _TEXT: pa.string()}


def write(path: Path, columns: Sequence[str], rows: Iterator[tuple[Any, ...]]) -> None:
    """Writes all rows; an empty query gives a file without rows."""
    kinds = [_NOTHING] * len(columns)
    writer: pq.ParquetWriter | None = None
    try:
        while batch := list(itertools.islice(rows, _BATCH)):
            wider = [_widened(kind, (row[at] for row in batch)) for at, kind in enumerate(kinds)]
            if writer is not None and wider != kinds:
                writer.close()
                writer = _again(path, _schema(columns, wider), kinds)
            kinds = wider
            schema = _schema(columns, kinds)
            writer = writer or pq.ParquetWriter(path, schema, compression="zstd")
            arrays = [pa.array([_value(kind, row[at]) for row in batch], _TYPES[kind]) for at, kind in enumerate(kinds)]
            writer.write_table(pa.Table.from_arrays(arrays, schema=schema))
        if writer is None:
            writer = pq.ParquetWriter(path, _schema(columns, kinds), compression="zstd")
    finally:
        if writer is not None:
            writer.close()


def _schema(columns: Sequence[str], kinds: Sequence[int]) -> pa.Schema:
    return pa.schema([(name, _TYPES[kind]) for name, kind in zip(columns, kinds, strict=True)])


def _widened(kind: int, values: Iterator[Any]) -> int:
    """The kind that takes in what the column held and these values."""
    seen = {_NOTHING: _NOTHING, kind: kind}
    for one in {type(value) for value in values}:
        found = {int: _INTEGER, float: _REAL, bytes: _BLOB, str: _TEXT}.get(one, _NOTHING)
        seen[found] = found
    widest = max(seen)
    return _TEXT if widest == _BLOB and seen.keys() & {_INTEGER, _REAL} else widest


def _value(kind: int, value: Any) -> Any:
    if value is None or kind in (_INTEGER, _BLOB):
        return value
    if kind == _REAL:
        return float(value)
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)


def _again(path: Path, schema: pa.Schema, kinds: Sequence[int]) -> pq.ParquetWriter:
    """Writes the file so far with other types, and goes on in it."""
    before = path.with_name(f"{path.name}.before")
    path.replace(before)
    writer = pq.ParquetWriter(path, schema, compression="zstd")
    try:
        with pq.ParquetFile(before) as file:
            for batch in file.iter_batches(_BATCH):
                arrays = [_cast(batch.column(at), field.type, kinds[at]) for at, field in enumerate(schema)]
                writer.write_table(pa.Table.from_arrays(arrays, schema=schema))
    finally:
        before.unlink()
    return writer


def _cast(array: Any, wanted: Any, kind: int) -> Any:
    if array.type == wanted:
        return array
    if kind == _NOTHING:
        return pa.nulls(len(array), wanted)
    if wanted == pa.string():  # as Python writes numbers, and bytes that are no text with replacement characters
        return pa.array([_value(_TEXT, value) for value in array.to_pylist()], wanted)
    return array.cast(wanted, safe=False)  # whole numbers beyond 2**53 among fractions
