"""Digests over every row of a table, as those of ``symbol_sets.py``.

No surrogate key is part of them: an AST stands for its place in the order of the ASTs, whose own
digest names content and parser version. Rows come through ADBC, so that none becomes an object.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import adbc_driver_sqlite.dbapi as adbc
import numpy as np
import pyarrow as pa

from migrations.opening_arrow import connect_arrow
from verification.inventory.take import untouched_uri
from verification.symbol_sets import Column, SetDigest, joined

_BATCH_ROWS: Final = 1 << 14  # facts are kilobytes a row
_AST: Final = "ast_id"
_ASTS: Final = f"SELECT {_AST} FROM asts ORDER BY {_AST}"
TABLES: Final = (
    "asts", "content_tags", "definition_docs", "imports", "symbol_kinds", "symbol_names"
)  # fmt: skip


def table_digests(database: Path) -> dict[str, SetDigest]:
    """Return the digest of each of TABLES. Raises ValueError where they cannot be read."""
    try:
        with connect_arrow(untouched_uri(database)) as connection, connection.cursor() as cursor:
            cursor.adbc_statement.set_options(**{"adbc.sqlite.query.batch_rows": str(_BATCH_ROWS)})
            cursor.execute(_ASTS)
            asts = cursor.fetch_arrow_table()[_AST].to_numpy()
            return {name: _digest(cursor, name, asts) for name in TABLES}
    except (adbc.Error, pa.ArrowException) as error:
        raise ValueError(f"{database.name} cannot be read: {error}") from error


def _digest(cursor: "adbc.Cursor", table: str, asts: "np.ndarray[Any, Any]") -> SetDigest:
    cursor.execute(Path(__file__).with_name(f"{table}.sql").read_text("utf-8"))
    reader = cursor.fetch_record_batch()
    columns = {name: Column() for name in reader.schema.names}
    rows = 0
    for batch in _numbered(reader, asts):
        rows += batch.num_rows
        for name, column in columns.items():
            column.feed(batch.column(name))
    return joined(rows, {name: column.digest() for name, column in columns.items()})


def _numbered(
    reader: pa.RecordBatchReader, asts: "np.ndarray[Any, Any]"
) -> Iterator[pa.RecordBatch]:
    """Yield the rows with the place of each AST instead of its id."""
    for batch in reader:
        if _AST in batch.schema.names:
            places = np.searchsorted(asts, batch.column(_AST).to_numpy())
            at = batch.schema.get_field_index(_AST)
            yield batch.set_column(at, _AST, pa.array(places, pa.int64()))
        else:
            yield batch
