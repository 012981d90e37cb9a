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


class _Cursor(sqlite3.Cursor):
    def execute(self, sql: str, *rest: Any) -> Any:
        _record(sql)
        return super().execute(sql, *rest)

    def executemany(self, sql: Any, *rest: Any) -> Any:
        _record(sql)
        return super().executemany(sql, *rest)

    def executescript(self, sql: str) -> Any:
        _record(sql)
        return super().executescript(sql)


def _recording(base: Any) -> Any:
    class Recording(base):  # type: ignore[misc]  # the base is what the program asks for
        def cursor(self, factory: Any = _Cursor) -> Any:
            return super().cursor(factory)

        def execute(self, sql: str, *rest: Any) -> Any:
            return self.cursor().execute(sql, *rest)

        def executemany(self, sql: str, *rest: Any) -> Any:
            return self.cursor().executemany(sql, *rest)

        def executescript(self, sql: str) -> Any:
            return self.cursor().executescript(sql)

    return Recording


_connect = sqlite3.connect


def _recorded_connect(*arguments: Any, **keywords: Any) -> Any:
    keywords["factory"] = _recording(keywords.get("factory", sqlite3.Connection))
    return _connect(*arguments, **keywords)


if os.environ.get("FLAGDAY_SQL_LOG"):
    sqlite3.connect = sqlite3.dbapi2.connect = _recorded_connect
