"""One side of a comparison: its files, and the rows of some of them, as Arrow."""

from typing import Any, Final, Protocol

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

Integers = np.ndarray[tuple[int], np.dtype[np.int64]]
Mask = np.ndarray[tuple[int], np.dtype[np.bool_]]

FILES: Final = pa.schema(
    [
        ("root", pa.string()),
        ("path", pa.string()),
        ("language", pa.string()),  # null: none
        ("content_hash", pa.binary()),  # null: never read
        ("size_bytes", pa.int64()),
        ("outcome", pa.string()),
        ("reason", pa.string()),
        ("fingerprint", pa.binary()),  # of the parser version; null: no AST
    ]
)
TEXTS: Final = {  # the columns of a row that are texts or bytes, its key first
    "symbols": ("name", "type", "scope", "signature", "definition_hash"),
    "refs": ("name", "type", "scope"),
}
TABLES: Final = ("symbols", "refs")


class Sets(Protocol):
    """The symbol sets of one index."""

    @property
    def files(self) -> pa.Table:
        """All files, with the columns of FILES."""

    def row_counts(self, table: str) -> Integers:
        """Count the rows of each file, in the order of ``files``."""

    def rows(self, table: str, chosen: Integers) -> pa.Table:
        """Return the rows of the chosen files, which are rows of ``files``, in any order.

        Columns: file (row of ``files``), line, column, and the texts of TEXTS, dictionary-encoded;
        null where there is none.
        """


def nulls_for_empty(table: pa.Table, columns: frozenset[str]) -> pa.Table:
    """Return a table in which '' and x'' of some columns are null."""
    for index, field in enumerate(table.schema):
        if field.name in columns:
            column = table.column(index)
            is_empty = pc.equal(pc.binary_length(column), 0)
            nulled = pc.if_else(is_empty, pa.scalar(None, field.type), column)
            table = table.set_column(index, field.name, nulled)
    return table


def encoded(column: "pa.ChunkedArray[Any]") -> "pa.ChunkedArray[Any]":
    """Return a column dictionary-encoded."""
    return column if pa.types.is_dictionary(column.type) else column.dictionary_encode()


def ranges(firsts: Integers, counts: Integers) -> Integers:
    """Return first, first + 1, … for each (first, count), one after the other."""
    before = np.cumsum(counts) - counts
    steps: Integers = np.arange(int(counts.sum()), dtype=np.int64)
    steps += np.repeat(firsts - before, counts)
    return steps
