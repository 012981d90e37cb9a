"""What of a schema no longer works: views, triggers and FTS tables outlive their tables."""

import apsw

_VERBS = {
    "insert": "INSERT INTO {table} DEFAULT VALUES",
    "update": "UPDATE {table} SET {columns}",
    "delete": "DELETE FROM {table}",
}


def broken_objects(connection: apsw.Connection) -> dict[str, str]:
    """Compile every view and trigger and read every virtual table; return what fails, with why."""
    broken: dict[str, str] = {}
    found = list(
        connection.execute(
            "SELECT type, name, tbl_name, sql LIKE 'CREATE VIRTUAL%' FROM sqlite_schema"
            " WHERE type IN ('view', 'trigger', 'table') ORDER BY type, name"
        )
    )
    for kind, name, table, is_virtual in found:
        if kind == "trigger":
            statements = _firing(connection, table)
        elif kind == "view" or is_virtual:
            statements = [f"SELECT * FROM {_quoted(name)} LIMIT 1"]
        else:
            continue
        error = _first_error(connection, statements)
        if error:
            broken[name] = error
    return broken


def _firing(connection: apsw.Connection, table: str) -> list[str]:
    """Return statements that, compiled, compile every trigger of the table."""
    columns = [row[1] for row in connection.execute(f"PRAGMA table_info ({_quoted(table)})")]
    assignments = ", ".join(f"{_quoted(column)} = NULL" for column in columns)
    return [
        "EXPLAIN " + form.format(table=_quoted(table), columns=assignments)
        for form in _VERBS.values()
    ]


def _first_error(connection: apsw.Connection, statements: list[str]) -> str | None:
    for statement in statements:
        try:
            connection.execute(statement).fetchall()
        except apsw.Error as error:
            return str(error)
    return None


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
