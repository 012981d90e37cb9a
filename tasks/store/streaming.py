"""Large results as Arrow, a batch at a time, in the order of the query.

ADBC takes a column's type from its first rows, so a query for export returns '' where a text or a
blob is NULL; those come back as nulls here. Only a ref's context can really be empty.
"""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pyarrow as pa
import pyarrow.compute as pc

from migrations.opening_arrow import connect_arrow
from tasks.store.in_place import uri_of
from tasks.store.reading import query

if TYPE_CHECKING:
    import adbc_driver_sqlite.dbapi as adbc

_BATCH_ROWS: Final = 1 << 16
_NEVER_NULL: Final = frozenset({"context"})


def stream(database: Path, name: str) -> Iterator[pa.Table]:
    """Yield the result of ``queries/<name>.sql`` from a database nobody is writing to."""
    with _cursor(database) as cursor:
        cursor.execute(query(name))
        reader = cursor.fetch_record_batch()
        yield _with_nulls(reader.schema.empty_table())
        for batch in reader:
            yield _with_nulls(pa.Table.from_batches([batch]))


@contextmanager
def rows_of_asts(database: Path) -> Iterator[Callable[[str, list[int]], pa.Table]]:
    """Lend what reads the result of a query for some ASTs, by their ids; any number of times."""
    with _cursor(database) as cursor:

        def read(name: str, ast_ids: list[int]) -> pa.Table:
            cursor.execute(query(name), (json.dumps(ast_ids),))
            return _with_nulls(cursor.fetch_arrow_table())

        yield read


@contextmanager
def _cursor(database: Path) -> Iterator["adbc.Cursor"]:
    with connect_arrow(uri_of(database.resolve())) as connection, connection.cursor() as cursor:
        cursor.adbc_statement.set_options(**{"adbc.sqlite.query.batch_rows": str(_BATCH_ROWS)})
        yield cursor


def _with_nulls(table: pa.Table) -> pa.Table:
    for index, field in enumerate(table.schema):
        is_bytes = pa.types.is_string(field.type) or pa.types.is_binary(field.type)
        if is_bytes and field.name not in _NEVER_NULL:
            column = table.column(index)
            empty = pc.equal(pc.binary_length(column), 0)
            table = table.set_column(
                index, field, pc.if_else(empty, pa.scalar(None, field.type), column)
            )
    return table
