"""Step 11: golden-join symbol sets as Parquet (§7)."""

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import Final

import pyarrow as pa

from tasks.columnar.parquet import GoldenJoin, ParquetFile
from tasks.columnar.parts import read_part_table
from tasks.contracts import Candidate, Part, Workspace
from tasks.errors import StepFailed
from tasks.faults import why
from tasks.rows import REFS, SYMBOLS
from tasks.step import step
from tasks.store.streaming import stream
from tasks.timing import log, progress
from tasks.whole_files import written_whole

_PLACE: Final = [
    ("root", pa.string()),
    ("path", pa.string()),
    ("language", pa.string()),
    ("content_hash", pa.binary()),
]
FILE_SETS: Final = pa.schema(
    [
        ("root", pa.string()),
        ("path", pa.string()),
        ("content_hash", pa.binary()),
        ("language", pa.string()),
        ("size_bytes", pa.int64()),
        ("outcome", pa.string()),
        ("reason", pa.string()),
    ]
)
AST_SETS: Final = pa.schema(
    [
        ("content_hash", pa.binary()),
        ("language", pa.string()),
        ("size_bytes", pa.int64()),
        ("line_count", pa.int64()),
        ("has_error", pa.int64()),
        ("fingerprint", pa.binary()),
    ]
)
SETS: Final = {
    table: pa.schema([*_PLACE, *(field for field in schema if field.name != "ast_id")])
    for table, schema in {"symbols": SYMBOLS, "refs": REFS}.items()
}

Rows = Callable[[str], Iterable[pa.Table]]  # the rows of a table in AST order


@step(11, "export")
def export(workspace: Workspace, candidate: Candidate, parts: list[Part]) -> Path:
    """Write files, asts, symbols and refs; return their folder."""
    folder = workspace.artifacts / "parquet"
    written = write_sets(folder, candidate.database, partial(_rows_of_parts, parts))
    log.info("exported by file %s", " ".join(f"{table}={rows}" for table, rows in written.items()))
    return folder


def export_index(database: Path, folder: Path) -> dict[str, int]:
    """Write the same sets from an index alone; return the rows of each. Equal byte for byte."""
    return write_sets(folder, database, partial(_rows_of_index, database))


def write_sets(folder: Path, database: Path, rows: Rows) -> dict[str, int]:
    """Write the four Parquet files of an index; return the rows of each."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise _unwritable(folder, error) from error
    files = _all(database, "export_files", FILE_SETS)
    asts = _all(database, "export_asts", AST_SETS)
    written = {
        "files": _write(folder / "files.parquet", FILE_SETS, [files]),
        "asts": _write(folder / "asts.parquet", AST_SETS, [asts]),
    }
    join = GoldenJoin(files)
    for table, schema in SETS.items():
        joined = map(join.join, rows(table))
        written[table] = _write(folder / f"{table}.parquet", schema, joined)
    return written


def _all(database: Path, query: str, schema: pa.Schema) -> pa.Table:
    """Read the whole result; SQLite tells no types where there are no rows."""
    tables = [table for table in stream(database, query) if table.num_rows]
    return pa.concat_tables(tables) if tables else schema.empty_table()


def _write(path: Path, schema: pa.Schema, tables: Iterable[pa.Table]) -> int:
    try:
        with written_whole(path) as unfinished, ParquetFile(unfinished, schema) as target:
            for table in tables:
                target.write(table)
    except OSError as error:
        raise _unwritable(path, error) from error
    return target.rows


def _unwritable(path: Path, error: OSError) -> StepFailed:
    return StepFailed(
        f"{path} cannot be written: {why(error, path)}",
        next_step="Make room or choose another folder. The index in service is unchanged.",
    )


def _rows_of_parts(parts: list[Part], table: str) -> Iterator[pa.Table]:
    for done, part in enumerate(parts, 1):
        yield read_part_table(part, table)
        progress(done, len(parts))


def _rows_of_index(database: Path, table: str) -> Iterator[pa.Table]:
    return (rows for rows in stream(database, f"export_{table}") if rows.num_rows)
