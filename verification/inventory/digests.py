"""What a table says, as one digest: its definition and every row under its key."""

import hashlib
from collections.abc import Iterator

import apsw

from verification.inventory.schema import SchemaObject, folded, quoted

_ROWID_NAMES = ("rowid", "oid", "_rowid_")


def table_digest(connection: apsw.Connection, table: SchemaObject) -> str | None:
    """Return a SHA-256, hexadecimal, or None where SQLite cannot read the table.

    A virtual table's rows are those of its shadow tables. Generated columns are left out: they
    say nothing of their own.
    """
    digest = hashlib.sha256(table.sql.encode())
    try:
        for name in _stored_in(connection, table):
            digest.update(name.encode())
            for row in connection.execute(_rows_of(connection, name)):
                digest.update(repr(row).encode())
    except apsw.InterruptError:
        raise
    except apsw.Error:
        return None
    return digest.hexdigest()


def _stored_in(connection: apsw.Connection, table: SchemaObject) -> Iterator[str]:
    """Yield the table itself, or the shadow tables of a virtual one, in order of their names."""
    found = list(
        connection.execute(
            "SELECT name, type FROM pragma_table_list WHERE schema = 'main' ORDER BY name"
        )
    )
    for name, kind in found:
        is_shadow = kind == "shadow" and folded(name.rpartition("_")[0]) == folded(table.name)
        if is_shadow or (kind == "table" and folded(name) == folded(table.name)):
            yield name


def _rows_of(connection: apsw.Connection, table: str) -> str:
    """Return the query of a table's rows in the order of its key, text as its bytes."""
    columns = list(
        connection.execute(
            "SELECT name, pk FROM pragma_table_xinfo(?) WHERE hidden = 0 ORDER BY cid", (table,)
        )
    )
    taken = {folded(name) for name, _ in columns}
    is_rowid_table = not connection.execute(
        "SELECT wr FROM pragma_table_list WHERE schema = 'main' AND lower(name) = lower(?)",
        (table,),
    ).get
    rowid = [name for name in _ROWID_NAMES if name not in taken][:1] if is_rowid_table else []
    values = [
        f"typeof({quoted(name)}),"
        f" iif(typeof({quoted(name)}) = 'text', CAST({quoted(name)} AS BLOB), {quoted(name)})"
        for name, _ in columns
    ]
    key = [quoted(name) for name, place in sorted(columns, key=lambda c: c[1]) if place]
    order = rowid or key or [str(number + 1) for number in range(len(columns) * 2)]
    return f"SELECT {', '.join([*rowid, *values])} FROM {quoted(table)} ORDER BY {', '.join(order)}"
