"""The symbol sets of a folder of Parquet files, read a row group at a time.

The rows of a file stand together, so a row group is a few runs: which file, how many rows. They
are read once; row groups without a row that is asked for are not read again.
"""

from pathlib import Path
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from verification.differences.model import NotComparable
from verification.differences.sets import (
    FILES,
    TABLES,
    TEXTS,
    Integers,
    Mask,
    encoded,
)

_STORED: Final = {  # the column of the Parquet file behind each column of a row
    "symbols": {"type": "symbol_type", "line": "line_number", "column": "column_number"},
    "refs": {
        "type": "ref_type",
        "scope": "context",
        "line": "line_number",
        "column": "column_number",
    },
}
_ASTS: Final = ("content_hash", "language", "fingerprint")
_SEPARATOR: Final = "\0"  # in no path

Runs = tuple[Integers, Integers]  # the file of each run, as a row of `files`; its number of rows


class ParquetSets:
    """The symbol sets of one folder."""

    def __init__(self, folder: Path) -> None:
        """Read the files of ``folder``. Raises NotComparable where one is not as exported."""
        self._folder = folder
        files = self._read("files", [name for name in FILES.names if name != "fingerprint"])
        asts = self._read("asts", list(_ASTS))
        files = files.join(asts, ["content_hash", "language"], join_type="left outer")
        self.files: pa.Table = (
            files.select(FILES.names)
            .cast(FILES)
            .sort_by([("root", "ascending"), ("path", "ascending")])
            .combine_chunks()
        )
        self._names = _names(self.files)
        self._sets = {table: self._open(table) for table in TABLES}
        self._runs: dict[str, list[Runs]] = {}

    def row_counts(self, table: str) -> Integers:
        """Count the rows of each file."""
        counts = np.zeros(self.files.num_rows, np.int64)
        for files, lengths in self._runs_of(table):
            np.add.at(counts, files, lengths)
        return counts

    def rows(self, table: str, chosen: Integers) -> pa.Table:
        """Return the rows of the chosen files."""
        is_chosen: Mask = np.zeros(self.files.num_rows, np.bool_)
        is_chosen[chosen] = True
        groups = [
            self._group(table, number, files, is_chosen[files], lengths)
            for number, (files, lengths) in enumerate(self._runs_of(table))
            if is_chosen[files].any()
        ]
        return pa.concat_tables(groups or [self._group(table, None, *_NOTHING)])

    def _group(
        self, table: str, number: int | None, files: Integers, is_wanted: Mask, lengths: Integers
    ) -> pa.Table:
        """Return the wanted rows of one row group; without a number, none."""
        columns = self._columns(table)
        stored = list(columns.values())
        if number is None:
            found = self._sets[table].schema_arrow.empty_table()
        else:
            found = self._sets[table].read_row_group(number, columns=stored)
        found = found.select(stored).rename_columns(list(columns))
        found = found.filter(pa.array(np.repeat(is_wanted, lengths)))
        for text in TEXTS[table]:
            found = found.set_column(found.column_names.index(text), text, encoded(found[text]))
        for place in ("line", "column"):
            found = found.set_column(
                found.column_names.index(place), place, found[place].cast(pa.int64())
            )
        file = np.repeat(files[is_wanted], lengths[is_wanted])
        return found.append_column("file", pa.array(file, pa.int64()))

    def _runs_of(self, table: str) -> list[Runs]:
        if table not in self._runs:
            parquet = self._sets[table]
            self._runs[table] = [
                self._runs_in(parquet.read_row_group(number, columns=["root", "path"]))
                for number in range(parquet.num_row_groups)
            ]
        return self._runs[table]

    def _runs_in(self, group: pa.Table) -> Runs:
        starts = _changes(group["root"]) | _changes(group["path"])
        first = np.flatnonzero(starts)
        files = pc.index_in(_names(group.take(pa.array(first))), self._names)
        if files.null_count:
            raise _unusable(self._folder, "it has rows of files that files.parquet does not list")
        return files.to_numpy(), np.diff(first, append=group.num_rows)

    def _columns(self, table: str) -> dict[str, str]:
        return {name: _STORED[table].get(name, name) for name in (*TEXTS[table], "line", "column")}

    def _open(self, table: str) -> pq.ParquetFile:
        stored = list(self._columns(table).values())
        texts = [_STORED[table].get(name, name) for name in TEXTS[table]]
        file = self._folder / f"{table}.parquet"
        try:
            names = pq.read_schema(file).names
            if missing := [name for name in ("root", "path", *stored) if name not in names]:
                raise _unusable(self._folder, f"{table}.parquet has no {', '.join(missing)}")
            return pq.ParquetFile(file, read_dictionary=["root", "path", *texts])
        except (OSError, pa.ArrowException) as error:
            raise _unusable(self._folder, str(error)) from error

    def _read(self, table: str, columns: list[str]) -> pa.Table:
        try:
            return pq.read_table(self._folder / f"{table}.parquet").select(columns)
        except (OSError, KeyError, pa.ArrowException) as error:
            raise _unusable(self._folder, str(error)) from error


_NOTHING: Final = (np.zeros(0, np.int64), np.zeros(0, np.bool_), np.zeros(0, np.int64))


def _names(files: pa.Table) -> pa.Array:
    """Return root and path of each file as one text."""
    columns = [files[name].cast(pa.string()) for name in ("root", "path")]
    joined = pc.binary_join_element_wise(*columns, _SEPARATOR)
    return joined.combine_chunks() if isinstance(joined, pa.ChunkedArray) else joined


def _changes(column: pa.ChunkedArray) -> Mask:
    """Mark each row whose value is another than that of the row before; the first always."""
    codes = column.unify_dictionaries().combine_chunks().indices.to_numpy()
    is_other: Mask = np.diff(codes, prepend=-1) != 0
    return is_other


def _unusable(folder: Path, why: str) -> NotComparable:
    return NotComparable(
        f"{folder} holds no symbol sets of an index: {why}",
        next_step="Export them anew with `flagday export --to DIR`. Nothing was changed.",
    )
