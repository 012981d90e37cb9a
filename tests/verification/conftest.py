"""A small index made by hand: what a builder should make of five files in two roots."""

import hashlib
import shutil
from dataclasses import dataclass
from pathlib import Path

import apsw
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from migrations import runner
from migrations.catalogue import migrations
from verification.inventory.queues import QueueNames
from verification.inventory.take import take_inventory
from verification.subject import Subject

ROOM = b'"""Rooms."""\nimport os\n\n\ndef room():\n    """A room."""\n    return os.getcwd()\n'
DOOR = b"class Door:\n    def open(self):\n        return key(\n"
KNOCK = b"/* caf\xe9 */ int knock(void) { return ring(); }\n"
LOGO = b"\x89PNG\0\0"
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
    (2, "door.py", DOOR, "python", "partial", "the syntax tree holds errors"),
    (2, "link", None, None, "skipped", "symbolic link, not followed"),
    (2, "logo.png", LOGO, None, "skipped", "binary content"),
    (2, "lobby/room.py", ROOM, "python", "indexed", None),
)


@dataclass(frozen=True, slots=True)
class Content:
    """One content and what is derived from it; a place is (line, column)."""

    data: bytes
    parser_version_id: int
    has_error: int
    symbols: tuple[tuple[str, str, str | None, int, int, int], ...]  # … line, column, end line
    refs: tuple[tuple[str, str, str, int, int], ...]
    imports: tuple[tuple[str, str, int, int], ...] = ()
    docs: tuple[tuple[int, int, str], ...] = ()


CONTENTS = (
    Content(
        ROOM,
        1,
        0,
        symbols=(("room", "function", None, 5, 4, 7),),
        refs=(("os", "identifier", "room", 7, 11), ("getcwd", "call", "room", 7, 14)),
        imports=(("os", "import", 2, 7),),
        docs=((1, 0, "Rooms."), (5, 4, "A room.")),
    ),
    Content(
        DOOR,
        1,
        1,
        symbols=(("Door", "class", None, 1, 6, 3), ("open", "method", "Door", 2, 8, 3)),
        refs=(("key", "call", "Door.open", 3, 15),),
    ),
    Content(
        KNOCK,
        2,
        0,
        symbols=(("knock", "function", None, 1, 16, 1),),
        refs=(("ring", "call", "knock", 1, 37),),
    ),
)
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


@pytest.fixture
def good(tmp_path: Path) -> Subject:
    """A finished index without offences, its files and its exports."""
    database, exports = tmp_path / "index.db", tmp_path / "exports"
    write_files(tmp_path)
    connection = apsw.Connection(str(database))
    runner.apply(connection, migrations()[-1])
    fill(connection, tmp_path)
    exports.mkdir()
    export(connection, exports)
    connection.close()
    (tmp_path / "consumer").mkdir()
    (tmp_path / "consumer" / "app.py").write_text(
        'Q = "SELECT path FROM golden_symbols, symbols"\n'
    )
    inventory = take_inventory(database, (), {}, QueueNames(named=QUEUES), ())
    carried = tuple(table for table in inventory.tables if table.name == "cache_entries")
    previous = tmp_path / "previous.db"
    shutil.copyfile(database, previous)
    consumer = (tmp_path / "consumer",)
    return Subject(database, exports, DROPPED, QUEUES, consumer, carried, previous=previous)


def write_files(folder: Path) -> None:
    """Write the two roots, ``left`` and ``right``."""
    for root_id, path, data, *_ in FILES:
        file = folder / ("left", "right")[root_id - 1] / path
        file.parent.mkdir(parents=True, exist_ok=True)
        if data is None:
            file.symlink_to("nowhere")
        else:
            file.write_bytes(data)


def fill(connection: apsw.Connection, folder: Path) -> None:
    """Insert the rows of the index."""
    roots = [(1, "left", str(folder / "left")), (2, "right", str(folder / "right"))]
    connection.executemany("INSERT INTO roots VALUES (?, ?, ?)", roots)
    parsers = [(1, "python", digest(b"python")), (2, "c", digest(b"c"))]
    connection.executemany(
        "INSERT INTO parser_versions VALUES (?1, ?2, ?2, '1', zeroblob(32), 1, ?3)", parsers
    )
    connection.executemany(
        "INSERT INTO files (root_id, path, content_hash, size_bytes, language, outcome, reason,"
        " mtime_ns) VALUES (?, ?, ?, ?, ?, ?, ?, 0)",
        [
            (root, path, data and digest(data), len(data or b""), *rest)
            for root, path, data, *rest in FILES
        ],
    )
    for ast_id, content in enumerate(CONTENTS, 1):
        fill_ast(connection, ast_id, content)
    fill_lookups(connection)
    for queue in QUEUES:
        connection.execute(f"CREATE TABLE {queue} (item TEXT)")
    connection.execute("CREATE TABLE cache_entries (cache_key TEXT PRIMARY KEY, value BLOB)")


def fill_ast(connection: apsw.Connection, ast_id: int, content: Content) -> None:
    """Insert one AST and the rows that are derived from it."""
    data = content.data
    connection.execute(
        "INSERT INTO asts VALUES (?, ?, ?, ?, ?, ?, x'00')",
        (
            ast_id,
            digest(data),
            content.parser_version_id,
            len(data),
            data.count(b"\n"),
            content.has_error,
        ),
    )
    place = "line_number, column_number"
    for table, columns, rows in (
        ("symbols", f"name, symbol_type, scope, {place}, end_line", content.symbols),
        ("refs", f"name, ref_type, context, {place}", content.refs),
        ("imports", f"module, import_kind, {place}", content.imports),
        ("definition_docs", f"{place}, docstring", content.docs),
    ):
        holes = ", ".join("?" * (columns.count(",") + 1))
        connection.executemany(
            f"INSERT INTO {table} (ast_id, {columns}) VALUES ({ast_id}, {holes})", rows
        )


def fill_lookups(connection: apsw.Connection) -> None:
    """Derive kinds, names and search from the symbols that are there."""
    for statement in (
        "INSERT INTO symbol_kinds SELECT DISTINCT ast_id, symbol_type FROM symbols",
        "INSERT INTO symbol_names (name) SELECT DISTINCT name FROM symbols ORDER BY name",
        "INSERT INTO symbol_names_substrings (symbol_names_substrings) VALUES ('rebuild')",
        "INSERT INTO symbol_names_words (symbol_names_words) VALUES ('rebuild')",
    ):
        connection.execute(statement)


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
