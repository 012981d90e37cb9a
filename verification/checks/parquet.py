"""What the exported Parquet files look like, and how to read one a row group at a time."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from pyarrow import types

_BATCH_ROWS: Final = 1 << 15  # small enough that memory is used again, and not given back
Row = tuple[Any, ...]
_Columns = dict[str, pa.DataType]
_TEXT, _BYTES, _NUMBER, _FLAG = pa.string(), pa.binary(), pa.int64(), pa.int8()
# How a column may be stored, by how it is read here.
_STORED: Final[dict[pa.DataType, tuple[Callable[[pa.DataType], bool], ...]]] = {
    _TEXT: (types.is_string, types.is_large_string),
    _BYTES: (types.is_binary, types.is_large_binary, types.is_fixed_size_binary),
    _NUMBER: (types.is_integer,),
    _FLAG: (types.is_boolean, types.is_integer),
}


@dataclass(frozen=True, slots=True)
class Export:
    """One Parquet file: its columns in order, as they are read here, and what is measured of it."""

    name: str  # of the file, without .parquet
    schema: pa.Schema
    measured: tuple[str, ...]  # columns

    @property
    def has_numbers(self) -> tuple[bool, ...]:
        """Tell which measured columns are numbers; the others are texts."""
        return tuple(self.schema.field(column).type != _TEXT for column in self.measured)


_PLACE: Final[_Columns] = {"root": _TEXT, "path": _TEXT, "language": _TEXT, "content_hash": _BYTES}
_POSITION: Final[_Columns] = {"line_number": _NUMBER, "column_number": _NUMBER}
_FILES: Final[_Columns] = {
    "root": _TEXT,
    "path": _TEXT,
    "content_hash": _BYTES,
    "language": _TEXT,
    "size_bytes": _NUMBER,
    "outcome": _TEXT,
    "reason": _TEXT,
}
_ASTS: Final[_Columns] = {
    "content_hash": _BYTES,
    "language": _TEXT,
    "size_bytes": _NUMBER,
    "line_count": _NUMBER,
    "has_error": _FLAG,
    "fingerprint": _BYTES,
}
_SYMBOLS: Final[_Columns] = {
    **_PLACE,
    "name": _TEXT,
    "symbol_type": _TEXT,
    "scope": _TEXT,
    **_POSITION,
    "end_line": _NUMBER,
    "signature": _TEXT,
    "definition_hash": _BYTES,
}
_REFS: Final[_Columns] = {**_PLACE, "name": _TEXT, "ref_type": _TEXT, "context": _TEXT, **_POSITION}
EXPORTS: Final = (
    Export("files", pa.schema(_FILES), ("path", "size_bytes", "outcome", "reason")),
    Export("asts", pa.schema(_ASTS), ("size_bytes", "line_count", "has_error")),
    Export("symbols", pa.schema(_SYMBOLS), ("name", "line_number", "column_number")),
    Export("refs", pa.schema(_REFS), ("name", "line_number", "column_number")),
)


def type_problems(export: Export, found: pa.Schema) -> Iterator[dict[str, object]]:
    """Yield each column that is missing, surplus, out of order or of another type."""
    if found.names != export.schema.names:
        yield {"columns": ", ".join(found.names), "expected": ", ".join(export.schema.names)}
        return
    for column in export.schema:
        kind = found.field(column.name).type
        value_type = kind.value_type if types.is_dictionary(kind) else kind
        if not any(is_stored(value_type) for is_stored in _STORED[column.type]):
            yield {"column": column.name, "type": str(kind), "expected": str(column.type)}


def read(file: Path, export: Export, bound: bytes | None) -> tuple[Row, Counter[Row]]:
    """Return the measures of a file, and its rows whose content hash is at most ``bound``, or null.

    Measures: for a number its sum, least and greatest value, for a text its bytes in all; in the
    order of ``export.measured``.
    """
    columns = dict.fromkeys((*export.measured, "content_hash"))
    narrow = pa.schema([export.schema.field(column) for column in columns])
    measures, sample = [], Counter[Row]()
    with pq.ParquetFile(file) as parquet:
        for number in range(parquet.num_row_groups):
            has_sample = False
            for batch in parquet.iter_batches(
                _BATCH_ROWS, [number], list(columns), use_threads=False
            ):
                rows = pa.Table.from_batches([batch]).select(narrow.names).cast(narrow)
                measures.append(_measures(rows, export))
                has_sample |= bool(pc.any(_is_sampled(rows["content_hash"], bound)).as_py())
            if has_sample:
                sample.update(_sampled_rows(parquet, number, export, bound))
    return _joined(measures, export), sample


def _sampled_rows(
    parquet: pq.ParquetFile, group: int, export: Export, bound: bytes | None
) -> Iterator[Row]:
    for batch in parquet.iter_batches(_BATCH_ROWS, [group], use_threads=False):
        rows = pa.Table.from_batches([batch])
        hashes = rows["content_hash"].cast(_BYTES)
        chosen = rows.filter(_is_sampled(hashes, bound)).cast(export.schema)
        yield from zip(*(column.to_pylist() for column in chosen.columns), strict=True)


def _measures(group: pa.Table, export: Export) -> list[Row]:
    """Return (sum, least, greatest) of each measured column; of a text, of its lengths in bytes."""
    measures = []
    for name, is_number in zip(export.measured, export.has_numbers, strict=True):
        values = group[name] if is_number else pc.binary_length(group[name])
        ends = pc.min_max(values)
        measures.append((pc.sum(values).as_py(), ends["min"].as_py(), ends["max"].as_py()))
    return measures


def _joined(groups: list[list[Row]], export: Export) -> Row:
    joined: list[int | None] = []
    for place, is_number in enumerate(export.has_numbers):
        parts = [group[place] for group in groups if group[place][0] is not None]
        sums, least, greatest = zip(*parts, strict=True) if parts else ((), (), ())
        joined.append(sum(sums) if parts else None)
        if is_number:
            joined += [min(least, default=None), max(greatest, default=None)]
    return tuple(joined)


def _is_sampled(hashes: "pa.ChunkedArray[Any]", bound: bytes | None) -> pa.BooleanArray:
    """Mark the rows of the sample: true, and false or null for the others."""
    below = pc.less_equal(hashes, pa.scalar(bound, pa.binary()))
    return pc.or_kleene(below, pc.is_null(hashes))
