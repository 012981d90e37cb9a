"""Open SQLite databases through ADBC, which has a library of its own: here alone, and as safely.

ADBC knows neither a bound of steps nor a defensive mode. What we ask through it reads plain tables
of v5 by our own text, so it ends with their rows; where one of them is anything else, such as a
view without end, nothing is asked.
"""

from typing import Any, Final

import adbc_driver_sqlite.dbapi as adbc
from adbc_driver_manager import AdbcStatusCode

READ: Final = (
    "asts", "content_tags", "definition_docs", "files", "imports", "parser_versions", "refs",
    "roots", "symbol_kinds", "symbol_names", "symbols",
)  # fmt: skip
_SETTINGS: Final = ("PRAGMA trusted_schema = OFF", "PRAGMA cell_size_check = ON")
_NAMES: Final = ", ".join(f"'{name}'" for name in READ)
_NOT_PLAIN: Final = (
    "SELECT found.name FROM main.sqlite_schema AS found"
    f" WHERE lower(found.name) IN ({_NAMES}) AND found.type != 'trigger'"
    " AND (coalesce(found.rootpage, 0) = 0"
    " OR EXISTS (SELECT 1 FROM pragma_table_xinfo(found.name) WHERE hidden != 0))"
    " ORDER BY found.name"
)


def connect_arrow(database: str, *, autocommit: bool = False) -> Any:
    """Open a database, or what a URI names. Extensions cannot be loaded.

    Raises adbc.Error, also where what is read of an index is no plain table.
    """
    connection = adbc.connect(database, autocommit=autocommit)
    try:
        with connection.cursor() as cursor:
            for setting in _SETTINGS:
                cursor.execute(setting)
                cursor.fetchall()
            cursor.execute(_NOT_PLAIN)
            if strange := cursor.fetchall():
                names = ", ".join(name for (name,) in strange)
                raise adbc.DataError(
                    f"no plain table of an index: {names}", status_code=AdbcStatusCode.INVALID_DATA
                )
    except BaseException:
        connection.close()
        raise
    return connection
