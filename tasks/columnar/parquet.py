"""Symbol sets as Parquet: the golden join spelled out, one row a (file, symbol) or (file, ref).

Order: language, content hash, root, path, position. Byte-identical for equal content: row groups
are cut by row count alone and rebuilt from contiguous columns; no clock, host or surrogate key.
"""

from pathlib import Path
from types import TracebackType
from typing import Final, Self

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq

_ROW_GROUP: Final = 1 << 20
_MAX_RUNS: Final = 1 << 10  # more of them, and to copy the rows is cheaper


class ParquetFile:
    """A Parquet file being written, re-cut into row groups of a fixed number of rows."""

    def __init__(self, path: Path, schema: pa.Schema) -> None:
        """Start the file."""
        self._writer = pq.ParquetWriter(path, schema, compression="zstd", use_dictionary=True)
        self._schema = schema
        self._waiting: list[pa.Table] = []
        self._waiting_rows = 0
        self.rows = 0

    def write(self, table: pa.Table) -> None:
        """Append rows."""
        self._waiting.append(table.select(self._schema.names).cast(self._schema))
        self._waiting_rows += table.num_rows
        self.rows += table.num_rows
        if self._waiting_rows >= _ROW_GROUP:
            joined = pa.concat_tables(self._waiting)
            whole = self._waiting_rows - self._waiting_rows % _ROW_GROUP
            for start in range(0, whole, _ROW_GROUP):
                self._flush(joined.slice(start, _ROW_GROUP))
            self._waiting = [joined.slice(whole)]
            self._waiting_rows -= whole

    def _flush(self, rows: pa.Table) -> None:
        self._writer.write_table(rows.combine_chunks(), row_group_size=_ROW_GROUP)

    def __enter__(self) -> Self:
        """Write inside of a ``with`` block."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Write what waits, and close."""
        if kind is None and self._waiting_rows:
            self._flush(pa.concat_tables(self._waiting))
        self._writer.close()


class GoldenJoin:
    """The files of each AST, ready to be joined to rows in AST order."""

    def __init__(self, files: pa.Table) -> None:
        """Index ``files`` (ast_id, root, path, language, content_hash), one row a file.

        An ast_id of 0 stands for no AST, and joins nothing.
        """
        keys = [("ast_id", "ascending"), ("root", "ascending"), ("path", "ascending")]
        self._files = files.sort_by(keys).combine_chunks()
        self._ast_ids = self._files["ast_id"].to_numpy()

    def join(self, rows: pa.Table) -> pa.Table:
        """Return the rows of every file: all of a file's rows, then the next file's.

        ``rows`` are in the order of their ast_id.
        """
        ids = rows["ast_id"].to_numpy()
        present = ids[np.flatnonzero(np.diff(ids, prepend=-1))] if len(ids) else ids
        first_file = np.searchsorted(self._ast_ids, present, "left")
        files_each = np.searchsorted(self._ast_ids, present, "right") - first_file
        first_row = np.searchsorted(ids, present, "left")
        rows_each = np.searchsorted(ids, present, "right") - first_row
        file_index = _ranges(first_file, files_each)
        rows_of_file = np.repeat(rows_each, files_each)
        row_index = _ranges(np.repeat(first_row, files_each), rows_of_file)
        files = self._files.take(pa.array(np.repeat(file_index, rows_of_file)))
        joined = _taken(rows.drop_columns(["ast_id"]), row_index)
        for name in ("root", "path", "language", "content_hash"):
            joined = joined.append_column(name, files[name])
        return joined


def _taken(rows: pa.Table, index: npt.NDArray[np.int64]) -> pa.Table:
    """Take rows; what follows each other there is not copied, as most does."""
    breaks = np.flatnonzero(np.diff(index) != 1) + 1
    if len(breaks) > _MAX_RUNS or not len(index):
        return rows.take(pa.array(index))
    firsts = index[np.append(0, breaks)]
    lengths = np.diff(breaks, prepend=0, append=len(index))
    runs = zip(firsts.tolist(), lengths.tolist(), strict=True)
    return pa.concat_tables([rows.slice(first, length) for first, length in runs])


def _ranges(firsts: npt.NDArray[np.int64], counts: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """Return first, first + 1, … for each (first, count), one after the other."""
    ends = np.cumsum(counts)
    total = int(ends[-1]) if len(ends) else 0
    steps: npt.NDArray[np.int64] = np.arange(total)
    steps += np.repeat(firsts - (ends - counts), counts)
    return steps
