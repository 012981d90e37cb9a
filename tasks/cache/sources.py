"""Where analyses of other caches come from; a source is only ever read.

JSON: one object an analysis, in a file ``*.json`` of its own anywhere below a folder, or one a line
in a file (``*.jsonl``, as ``flagday cache export`` writes). Its keys: ``cache_type`` (or ``type``),
``content_hash`` (or ``file_hash``), ``value`` (or ``result``), and, where known, ``provider``,
``model``, ``prompt_hash``, ``schema_version``, ``tokens`` (``{"input", "output", "cached"}``, or
``tokens_used``, their sum), ``created_at``, ``last_accessed`` (ISO 8601, or seconds of the epoch),
``access_count``, ``repo_path``, ``file_path``. Other keys are ignored.

SQLite: any table with the columns of an older cache, see _COLUMNS; the newest row of a key wins.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import apsw

from tasks.cache.foreign import Foreign
from tasks.errors import PlanInvalid
from tasks.store.connection import quoted
from tasks.store.untouched import untouched

_SQLITE: Final = b"SQLite format 3\0"
_COLUMNS: Final = (
    "cache_type",
    "repo_path",
    "file_path",
    "file_hash",
    "cache_key",
    "provider",
    "model",
    "prompt_hash",
    "schema_version",
    "result_blob",
    "tokens_used",
    "created_at",
    "last_accessed",
    "access_count",
)
_NEEDED: Final = {"cache_type", "file_hash", "cache_key", "result_blob"}


def read_source(source: Path) -> Iterator[Foreign]:
    """Yield what a source tells, in an order of its own. Raises PlanInvalid where it is none."""
    if source.is_dir():
        yield from _files(source)
    elif not source.is_file():
        raise PlanInvalid(f"there is no {source}", next_step="Name a file or a folder.")
    elif _starts(source) == _SQLITE:
        yield from _rows(source)
    elif source.suffix == ".json":
        yield _record(str(source), source.read_bytes())
    else:
        with source.open("rb") as lines:
            for number, line in enumerate(lines, 1):
                if line.strip():
                    yield _record(f"{source}:{number}", line)


def _starts(source: Path) -> bytes:
    with source.open("rb") as file:
        return file.read(len(_SQLITE))


def _files(folder: Path) -> Iterator[Foreign]:
    for path in sorted(folder.rglob("*.json")):
        if path.is_file():
            yield _record(str(path), path.read_bytes())


def _record(where: str, text: bytes) -> Foreign:
    """Read one object; what is none has no fields, and is refused later."""
    try:
        told = json.loads(text)
    except (ValueError, RecursionError):
        told = None
    return Foreign(where, told if isinstance(told, dict) else {})


def _rows(database: Path) -> Iterator[Foreign]:
    with untouched(database) as connection:
        tables = list(_tables(connection))
        if not tables:
            raise PlanInvalid(
                f"{database} has no table with the columns {', '.join(sorted(_NEEDED))}",
                next_step="Name the database of a cache. Nothing was changed.",
            )
        for table, columns in tables:
            names = ", ".join(map(quoted, columns))
            newest = " ORDER BY created_at DESC, cache_key" if "created_at" in columns else ""
            rows: Any = connection.execute(f"SELECT {names} FROM {quoted(table)}{newest}")
            for number, row in enumerate(rows, 1):
                fields = dict(zip(columns, row, strict=True))
                yield Foreign(f"{database}:{table}:{number}", fields)


def _tables(connection: apsw.Connection) -> Iterator[tuple[str, list[str]]]:
    """Yield tables that hold a cache, with those of its columns that they have."""
    names = connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name")
    for (name,) in names.fetchall():
        info = connection.execute("SELECT name FROM pragma_table_info(?)", (name,))
        there = {str(column) for (column,) in info}
        if there >= _NEEDED:
            yield str(name), [column for column in _COLUMNS if column in there]
