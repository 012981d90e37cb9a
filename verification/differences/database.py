"""The symbol sets of a v5 index, read through the golden join: an AST's rows, for each file.

Rows come through ADBC, so that none becomes a Python object. It brings an SQLite library of its
own: no other connection of this process may be open on the file.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache, cached_property
from pathlib import Path
from typing import Final, Self

import adbc_driver_sqlite.dbapi as adbc
import numpy as np
import pyarrow as pa

from migrations.opening_arrow import connect_arrow
from verification.differences.model import NotComparable
from verification.differences.sets import FILES, TEXTS, Integers, encoded, nulls_for_empty, ranges
from verification.inventory.take import untouched_uri

_TEXT, _BYTES, _NUMBER = pa.string(), pa.binary(), pa.int64()
_AST: Final = pa.field("ast_id", _NUMBER)
_SCHEMAS: Final = {
    "files": FILES.append(_AST),
    "row_counts": pa.schema([_AST, ("symbols", _NUMBER), ("refs", _NUMBER)]),
    **{
        table: pa.schema(
            [_AST, ("line", _NUMBER), ("column", _NUMBER)]
            + [(text, _BYTES if text == "definition_hash" else _TEXT) for text in texts]
        )
        for table, texts in TEXTS.items()
    },
}
_NULLABLE: Final = {
    "files": frozenset({"language", "content_hash", "reason", "fingerprint"}),
    "symbols": frozenset({"scope", "signature", "definition_hash"}),
}


class DatabaseSets:
    """The symbol sets of one database, in one state of it."""

    def __init__(self, database: Path) -> None:
        """Open ``database``, a v5 index. Raises NotComparable where it cannot be read."""
        self._database = database
        with _told(database):
            self._connection = connect_arrow(untouched_uri(database))
        try:
            files = self._ask("files").sort_by([("root", "ascending"), ("path", "ascending")])
        except NotComparable:
            self._connection.close()
            raise
        self.files: pa.Table = files.drop_columns(["ast_id"])
        ast_ids: Integers = files["ast_id"].to_numpy()
        self._ast_ids = ast_ids  # of each file; 0: none

    def __enter__(self) -> Self:
        """Read inside of a ``with`` block."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close the database."""
        self._connection.close()

    def row_counts(self, table: str) -> Integers:
        """Count the rows of each file."""
        ids: Integers = self._counts["ast_id"].to_numpy()
        counts: Integers = self._counts[table].to_numpy()
        place = np.minimum(np.searchsorted(ids, self._ast_ids), max(len(ids) - 1, 0))
        if not len(ids):
            return np.zeros(len(self._ast_ids), np.int64)
        return np.where(ids[place] == self._ast_ids, counts[place], 0)

    def rows(self, table: str, chosen: Integers) -> pa.Table:
        """Return the rows of the chosen files."""
        chosen = chosen[np.argsort(self._ast_ids[chosen], kind="stable")]
        asts = self._ast_ids[chosen]
        wanted = np.unique(asts[asts > 0])
        rows = self._ask(table, json.dumps(wanted.tolist()))
        ids: Integers = rows["ast_id"].to_numpy()
        first = np.searchsorted(asts, ids, "left")
        files_each = np.searchsorted(asts, ids, "right") - first
        copies = np.repeat(np.arange(len(ids)), files_each)
        rows = rows.drop_columns(["ast_id"]).take(pa.array(copies))
        return rows.append_column("file", pa.array(chosen[ranges(first, files_each)]))

    @cached_property
    def _counts(self) -> pa.Table:
        return self._ask("row_counts")

    def _ask(self, query: str, *params: str) -> pa.Table:
        with _told(self._database), self._connection.cursor() as cursor:
            cursor.execute(_query(query), params or None)
            found = cursor.fetch_arrow_table()
        schema = _SCHEMAS[query]
        found = found.select(schema.names)
        found = found.cast(schema) if found.num_rows else schema.empty_table()
        found = nulls_for_empty(found, _NULLABLE.get(query, frozenset()))
        for text in TEXTS.get(query, ()):
            found = found.set_column(found.column_names.index(text), text, encoded(found[text]))
        return found


@contextmanager
def _told(database: Path) -> Iterator[None]:
    """Turn what the driver says of a database that it cannot read into a NotComparable."""
    try:
        yield
    except (adbc.Error, pa.ArrowException, OSError) as error:
        raise NotComparable(
            f"{database} cannot be read: {error}",
            next_step="Rebuild it with `flagday run`, or compare other indexes.",
        ) from error


@cache
def _query(name: str) -> str:
    return Path(__file__).with_name(f"{name}.sql").read_text("utf-8")
