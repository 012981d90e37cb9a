"""Open SQLite databases through ADBC, which has a library of its own: here alone, and as safely."""

from typing import Any, Final

import adbc_driver_sqlite.dbapi as adbc

_SETTINGS: Final = ("PRAGMA trusted_schema = OFF", "PRAGMA cell_size_check = ON")


def connect_arrow(database: str, *, autocommit: bool = False) -> Any:
    """Open a database, or what a URI names. Extensions cannot be loaded. Raises adbc.Error."""
    connection = adbc.connect(database, autocommit=autocommit)
    try:
        with connection.cursor() as cursor:
            for setting in _SETTINGS:
                cursor.execute(setting)
                cursor.fetchall()
    except BaseException:
        connection.close()
        raise
    return connection
