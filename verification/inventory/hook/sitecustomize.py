"""Record the SQL that a Python program runs through sqlite3; imported by the interpreter itself.

It knows nothing but the standard library: the program may run in any environment. Each line of
the file that FLAGDAY_SQL_LOG names is one statement with the place that ran it, as JSON.
"""

import json
import os
import sqlite3
import sys
import sysconfig
from pathlib import Path
from typing import Any

_LIBRARIES = tuple(
    sysconfig.get_path(name) for name in ("stdlib", "platstdlib", "purelib", "platlib")
)
_FACTORY = 5  # its place among the arguments of sqlite3.connect


def _place() -> tuple[str, int]:
    """Return file and line of the nearest code that is no library's."""
    first = frame = sys._getframe(2)
    while frame.f_back is not None:
        name = frame.f_code.co_filename
        if not name.startswith((*_LIBRARIES, "<", __file__)):
            return os.path.realpath(name), frame.f_lineno
        frame = frame.f_back
    found = frame if not frame.f_code.co_filename.startswith("<") else first
    return os.path.realpath(found.f_code.co_filename), found.f_lineno


def _record(sql: object) -> None:
    file, line = _place()
    with Path(os.environ["FLAGDAY_SQL_LOG"]).open("a", encoding="utf-8") as log:
        log.write(json.dumps({"sql": str(sql), "file": file, "line": line}) + "\n")


class _Recording:
    def execute(self, sql: str, *rest: Any) -> Any:
        _record(sql)
        return super().execute(sql, *rest)  # type: ignore[misc]  # of the class beside this one

    def executemany(self, sql: str, *rest: Any) -> Any:
        _record(sql)
        return super().executemany(sql, *rest)  # type: ignore[misc]  # as above

    def executescript(self, sql: str) -> Any:
        _record(sql)
        return super().executescript(sql)  # type: ignore[misc]  # as above


class _Cursor(_Recording, sqlite3.Cursor):
    pass


class _Connection(_Recording, sqlite3.Connection):
    def cursor(self, factory: Any = _Cursor) -> Any:
        return super().cursor(factory)


_connect = sqlite3.connect


def _recorded_connect(*arguments: Any, **keywords: Any) -> Any:
    if len(arguments) <= _FACTORY:
        keywords.setdefault("factory", _Connection)
    return _connect(*arguments, **keywords)


if os.environ.get("FLAGDAY_SQL_LOG"):
    # What a program derives from these classes records as well, and what it passes stays its own.
    names = {"Cursor": _Cursor, "Connection": _Connection, "connect": _recorded_connect}
    for module in (sqlite3, sqlite3.dbapi2):
        vars(module).update(names)
