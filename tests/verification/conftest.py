"""A small index made by hand: what a builder should make of five files in two roots."""

import hashlib
import json
import os
import shutil
from base64 import b64encode
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import apsw
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from migrations import runner
from migrations.catalogue import migrations
from tasks.columnar.names import count_names, symbol_names
from tasks.content.text import decode
from tasks.reextract import reextract
from tasks.syntax.facts import encode
from tasks.syntax.parse import parse
from verification.catalogue import checks
from verification.inventory.model import Inventory, Search, TableCount
from verification.inventory.queues import QueueNames
from verification.inventory.take import take_inventory
from verification.junit import write_junit
from verification.manifest import EXPORTS, derive, write_manifest
from verification.page import write_page
from verification.report import write_inventory, write_schema, write_verification
from verification.run_results import write_run_results
from verification.subject import Limits, Subject
from verification.verify import verify

ROOM = b'"""Rooms."""\nimport os\n\n\ndef room():\n    """A room."""\n    return os.getcwd()\n'
DOOR = b"class Door:\n    def open(self):\n        return key(\n"
KNOCK = b"/* caf\xe9 */ int knock(void) { return ring(); }\n"
LOGO = b"\x89PNG\0\0"
LIMITS = Limits(max_file_bytes=1 << 20, skips_minified=True)
QUEUES = ("build_queue", "discovery_queue")
DROPPED = (  # legacy names, of which v5 uses some again
    "content_versions",
    "refs",
    "sqlite_autoindex_asts_1",
    "symbols",
    "symbols_by_name",
    "symbols_fts",
    "symbols_fts_data",
)
FILES = (  # root, path, content, language, outcome, reason
    (1, "room.py", ROOM, "python", "indexed", None),
    (1, "wide.c", KNOCK, "c", "indexed", None),
    (2, "door.py", DOOR, "python", "partial", "syntax errors in 21.2 % of bytes"),
    (2, "link", None, None, "skipped", "symbolic link, not followed"),
    (2, "logo.png", LOGO, None, "skipped", "binary content"),
    (2, "lobby/room.py", ROOM, "python", "indexed", None),
)


CONTENTS = (ROOM, DOOR, KNOCK)
PLACE = "line_number, column_number"
DERIVED = {
    "symbols": f"name, symbol_type, scope, {PLACE}, end_line, signature, definition_hash",
    "refs": f"name, ref_type, context, {PLACE}",
    "imports": f"module, import_kind, origin, {PLACE}",
    "definition_docs": f"{PLACE}, docstring",
    "content_tags": "tag, weight",
}
REBUILD = "INSERT INTO document_contents (document_contents) VALUES ('rebuild')"
CARRIED = "CREATE TABLE cache_entries (cache_key TEXT PRIMARY KEY, value BLOB)"
ANALYSES = (  # that the index before kept itself: text in one zstd frame
    "DROP TABLE cache_entries;"
    "CREATE TABLE cache_entries (cache_key, content_hash, value, created_at);"
    f"INSERT INTO cache_entries VALUES ('k', '{'00' * 32}',"
    " x'28b52ffd20063100002266696e6522', NULL)"
)
STEPS = ((1, "check preconditions", 12), (2, "take inventory", 345))
COLUMNS = {
    "files": "root path content_hash language size_bytes outcome reason",
    "asts": "content_hash language size_bytes line_count has_error fingerprint",
    "symbols": "root path language content_hash name symbol_type scope line_number column_number"
    " end_line signature definition_hash",
    "refs": "root path language content_hash name ref_type context line_number column_number",
}
NUMBERS = {"size_bytes", "line_count", "has_error", "line_number", "column_number", "end_line"}
HASHES = {"content_hash", "fingerprint", "definition_hash"}
SOURCES = {
    "files": "(SELECT name AS root, files.* FROM files JOIN roots USING (root_id))",
    "asts": "asts JOIN parser_versions USING (parser_version_id)",
    "symbols": "golden_symbols",
    "refs": "golden_refs",
}


@pytest.fixture(scope="session")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with two roots, their index, and the run that made it; to be copied."""
    folder = tmp_path_factory.mktemp("finished")
    write_files(folder)
    (folder / "consumer").mkdir()
    (folder / "consumer" / "app.py").write_text('Q = "SELECT path FROM golden_symbols, symbols"\n')
    versions, entries = extracted(folder)
    connection = apsw.Connection(str(folder / "index.db"))
    runner.apply(connection, migrations()[-1])
    fill(connection, folder, versions, entries)
    (folder / "run" / "parquet").mkdir(parents=True)
    export(connection, folder / "run" / "parquet")
    connection.close()
    report(folder)
    (folder / "index.db").chmod(0o644)
    shutil.copyfile(folder / "index.db", folder / "previous.db")
    with closing(apsw.Connection(str(folder / "previous.db"))) as previous:
        previous.execute(ANALYSES).fetchall()
    return folder


@pytest.fixture
def good(finished: Path, tmp_path: Path) -> Subject:
    """A finished index without offences, its files, its exports and the run that made it."""
    subject = copied(finished, tmp_path)
    return replace(subject, recorded_sha256=digest(subject.database.read_bytes()).hex())


def copied(finished: Path, folder: Path) -> Subject:
    """Return a copy of the finished index and all that belongs to it."""
    shutil.copytree(finished, folder, symlinks=True, dirs_exist_ok=True)
    with closing(apsw.Connection(str(folder / "index.db"))) as connection:
        connection.execute("UPDATE roots SET location = ? || '/' || name", (str(folder),))
        connection.execute("UPDATE runs SET artifacts = ?", (str(folder / "run"),))
    return replace(
        subject_of(folder),
        artifacts=folder / "run",
        previous=folder / "previous.db",
        is_finished=True,
    )


def subject_of(folder: Path) -> Subject:
    """Name the index in a folder and what its run looked at."""
    return Subject(
        folder / "index.db",
        exports=folder / "run" / "parquet",
        dropped=DROPPED,
        queues=QUEUES,
        code=(folder / "consumer",),
        tables=carried(),
        limits=LIMITS,
        extractor=("cat", str(folder / "extracted.jsonl")),  # what the command said, recorded
    )


@cache
def carried() -> tuple[TableCount, ...]:
    """Return what an inventory says of the one table that is carried over."""
    with TemporaryDirectory() as folder:
        legacy = Path(folder) / "legacy.db"
        with closing(apsw.Connection(str(legacy))) as connection:
            connection.execute(CARRIED)
        return take_inventory(legacy, (), {}, QueueNames(), ()).tables


def extracted(folder: Path) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Extract the contents as verification has it done, and record what was said."""
    orders = [
        {"language": language, "base64": b64encode(data or b"").decode()}
        for _, _, data, language, outcome, _ in FILES
        if outcome in {"indexed", "partial"}
    ]
    paths = [
        {"path": path, "base64": b64encode(data).decode()} for _, path, data, *_ in FILES if data
    ]
    said = list(reextract([*orders, *paths]))
    (folder / "extracted.jsonl").write_text("".join(json.dumps(entry) + "\n" for entry in said))
    return said[0]["parser_versions"], said[1 : 1 + len(orders)]


def write_files(folder: Path) -> None:
    """Write the two roots, ``left`` and ``right``."""
    for root_id, path, data, *_ in FILES:
        file = folder / ("left", "right")[root_id - 1] / path
        file.parent.mkdir(parents=True, exist_ok=True)
        if data is None:
            file.symlink_to("nowhere")
        else:
            file.write_bytes(data)


def fill(
    connection: apsw.Connection,
    folder: Path,
    versions: dict[str, Any],
    entries: list[dict[str, Any]],
) -> None:
    """Insert the rows of the index."""
    roots = [(1, "left", str(folder / "left")), (2, "right", str(folder / "right"))]
    connection.executemany("INSERT INTO roots (root_id, name, location) VALUES (?, ?, ?)", roots)
    connection.executemany(
        "INSERT INTO parser_versions VALUES (NULL, ?, ?, ?, unhex(?), ?, unhex(?))",
        [(language, *version.values()) for language, version in sorted(versions.items())],
    )
    connection.executemany(
        "INSERT INTO files (root_id, path, content_hash, size_bytes, language, outcome, reason,"
        " mtime_ns) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        [(*row, state.st_mtime_ns) for row, state in listed(folder)],
    )
    distinct = {(entry["language"], entry["content_hash"]): entry for entry in entries}
    for ast_id, key in enumerate(sorted(distinct), 1):
        fill_ast(connection, ast_id, distinct[key])
    fill_lookups(connection)
    for queue in QUEUES:
        connection.execute(f"CREATE TABLE {queue} (item TEXT)")
    connection.execute(CARRIED)


def listed(folder: Path) -> Iterator[tuple[tuple[Any, ...], os.stat_result]]:
    """Yield the ledger's row of each file, and its state on disk."""
    for root, path, data, *rest in FILES:
        state = (folder / ("left", "right")[root - 1] / path).lstat()
        yield (root, path, data and digest(data), state.st_size, *rest), state


def fill_ast(connection: apsw.Connection, ast_id: int, entry: dict[str, Any]) -> None:
    """Insert one AST and the rows that are derived from it."""
    (data,) = (data for data in CONTENTS if digest(data).hex() == entry["content_hash"])
    ast = parse(entry["language"], decode(data).utf8, timeout_s=60)
    connection.execute(
        "INSERT INTO asts SELECT ?, unhex(?), parser_version_id, ?, ?, ?, ?, ? FROM parser_versions"
        " WHERE language = ?",
        (
            ast_id,
            entry["content_hash"],
            entry["size_bytes"],
            entry["line_count"],
            entry["has_error"],
            entry["encoding"],
            encode(ast.nodes),
            entry["language"],
        ),
    )
    for table, columns in DERIVED.items():
        holes = ", ".join("?" * (columns.count(",") + 1))
        rows = [
            [*row[:-1], row[-1] and bytes.fromhex(row[-1])] if table == "symbols" else row
            for row in entry[table]
        ]
        if table == "refs":
            insert = f"INSERT INTO refs (ref_id, ast_id, {columns}) VALUES (?, {ast_id}, {holes})"
            rows = [[ast_id * 1000 + number, *row] for number, row in enumerate(rows)]
        else:
            insert = f"INSERT INTO {table} (ast_id, {columns}) VALUES ({ast_id}, {holes})"
        connection.executemany(insert, rows)


def report(finished: Path) -> None:
    """Write what a run leaves in its folder, and record the run in the index."""
    database, folder = finished / "index.db", finished / "run"
    write_inventory(Inventory((), (), (), Search(), ()), folder)
    write_schema(database, folder)
    groups = frozenset(check.group for check in checks())
    verdict = verify(subject_of(finished), groups - {"artifacts"})
    write_verification(verdict, database, folder)
    write_junit(verdict, folder)
    write_page(folder, database)
    derived = derive(database, folder / EXPORTS)
    manifest = digest(write_manifest(derived, LIMITS, verdict, folder).read_bytes())
    run = ("run-1", "2026-01-01T00:00:00+00:00", "0.1.0", "passed", manifest.hex())
    keys = ("run_id", "started_at", "tool_version", "verdict", "manifest_sha256")
    steps = [{"step": step, "name": name, "took_s": ms / 1000} for step, name, ms in STEPS]
    write_run_results({**dict(zip(keys, run, strict=True)), "steps": steps}, folder)
    with closing(apsw.Connection(str(database))) as connection:
        connection.execute(
            "INSERT INTO runs VALUES (?1, ?2, ?2, ?3, ?4, unhex(?5), ?6)", (*run, str(folder))
        )
        connection.executemany("INSERT INTO run_steps VALUES ('run-1', ?, ?, ?)", STEPS)


def fill_lookups(connection: apsw.Connection) -> None:
    """Derive kinds, names and search from the rows that are there."""
    connection.execute("INSERT INTO symbol_kinds SELECT DISTINCT ast_id, symbol_type FROM symbols")
    names = [name for (name,) in connection.execute("SELECT name FROM symbols")]
    for named in symbol_names([count_names(pa.chunked_array([names]))]):
        connection.executemany(
            "INSERT INTO symbol_names (name, words, definitions)"
            " VALUES (:name, :words, :definitions)",
            named.to_pylist(),
        )
    connection.execute(REBUILD)


def export(connection: apsw.Connection, folder: Path) -> None:
    """Write the four Parquet files."""
    for name, source in SOURCES.items():
        columns = COLUMNS[name].split()
        rows = connection.execute(f"SELECT {', '.join(columns)} FROM {source}").fetchall()
        schema = pa.schema([(column, arrow_type(column)) for column in columns])
        listed = [dict(zip(columns, row, strict=True)) for row in rows]
        pq.write_table(pa.Table.from_pylist(listed, schema), folder / f"{name}.parquet")


def arrow_type(column: str) -> pa.DataType:
    """Return the type that a column is exported as."""
    if column in NUMBERS:
        return pa.int32()
    return pa.binary() if column in HASHES else pa.string()


def digest(data: bytes) -> bytes:
    """Return the SHA-256 of ``data``."""
    return hashlib.sha256(data).digest()
