"""For each check a way to damage a good index so that this check finds it, and no other does."""

import shutil
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import apsw
import pyarrow as pa
import pyarrow.parquet as pq

from migrations.catalogue import FOLDER
from verification.inventory.queues import QueueNames
from verification.inventory.take import take_inventory
from verification.subject import Subject

# Damage that SQL can do. The exports are those of the good index, and are left out of it.
STATEMENTS = {
    "V-001": "ALTER TABLE symbols ADD COLUMN file_id INTEGER",
    "V-002": "ALTER TABLE symbols DROP COLUMN metadata_json",
    "V-003": "DROP INDEX refs_by_name",
    "V-004": """
        DROP INDEX refs_identity;
        CREATE INDEX refs_identity
        ON refs (ast_id, ref_type, name, context, line_number, column_number)
    """,
    "V-005": """
        PRAGMA writable_schema = ON;
        UPDATE sqlite_schema SET sql = replace(sql, ' ON DELETE CASCADE', '') WHERE name = 'refs'
    """,
    "V-006": """
        DROP TABLE run_steps;
        CREATE TABLE run_steps (run_id TEXT, step INTEGER, name TEXT, took_ms INTEGER)
    """,
    "V-007": """
        PRAGMA ignore_check_constraints = ON;
        UPDATE files SET size_bytes = -1 WHERE path = 'logo.png'
    """,
    "V-008": "INSERT INTO run_steps VALUES ('never run', 1, 'check preconditions', 0)",
    "V-010": """
        CREATE TEMP TABLE kept AS SELECT * FROM parser_versions;
        DROP TABLE parser_versions;
        CREATE TABLE parser_versions (
            parser_version_id INTEGER PRIMARY KEY,
            language TEXT,
            grammar TEXT,
            grammar_version TEXT,
            query_sha256 BLOB,
            extractor_version INTEGER,
            fingerprint BLOB
        ) STRICT;
        INSERT INTO parser_versions SELECT * FROM kept;
        INSERT INTO parser_versions
        SELECT 3, language, grammar, '2', query_sha256, 1, x'02'
        FROM kept WHERE language = 'python';
        INSERT INTO asts
        SELECT 9, content_hash, 3, size_bytes, line_count, has_error, facts
        FROM asts WHERE ast_id = 1
    """,
    "V-011": """
        INSERT INTO symbols (ast_id, name, symbol_type, line_number, column_number, end_line)
        VALUES (1, 'room', 'method', 5, 4, 7);
        INSERT INTO symbol_kinds VALUES (1, 'method')
    """,
    "V-012": "UPDATE files SET outcome = 'failed', reason = 'late' WHERE path = 'lobby/room.py'",
    "V-020": "UPDATE files SET reason = ' ' WHERE path = 'logo.png'",
    "V-021": "UPDATE asts SET has_error = 0",
    "V-031": "INSERT INTO asts VALUES (9, zeroblob(32), 1, 0, 0, 0, x'00')",
    "V-032": "UPDATE symbols SET column_number = column_number - 1 WHERE name = 'knock'",
    "V-033": """
        PRAGMA writable_schema = ON;
        UPDATE sqlite_schema SET sql = sql || ' WHERE refs.line_number > 0'
        WHERE name = 'golden_refs'
    """,
    "V-040": "INSERT INTO symbol_kinds VALUES (1, 'interface')",
    "V-041": """
        INSERT INTO symbol_names (name) VALUES ('ghost');
        INSERT INTO symbol_names_substrings (symbol_names_substrings) VALUES ('rebuild');
        INSERT INTO symbol_names_words (symbol_names_words) VALUES ('rebuild')
    """,
    "V-042": "INSERT INTO symbol_names_substrings (rowid, name) VALUES (99, 'ghost')",
    "V-043": "INSERT INTO symbol_names_words (rowid, name) VALUES (99, 'ghost')",
    "V-044": "UPDATE definition_docs SET line_number = 99 WHERE docstring = 'A room.'",
    "V-045": "UPDATE imports SET module = ''",
    "V-050": "CREATE TABLE content_versions (content_hash TEXT)",
    "V-051": "INSERT INTO build_queue VALUES ('room.py')",
    "V-052": "CREATE VIEW symbol_locations AS SELECT path FROM gone",
    "V-060": "UPDATE schema_migrations SET checksum = 'of other bytes'",
}


def offend(subject: Subject, check_id: str) -> Subject:
    """Damage a good index for one check; return the subject to verify."""
    if check_id in FUNCTIONS:
        return FUNCTIONS[check_id](subject)
    run(subject.database, STATEMENTS[check_id])
    return replace(subject, exports=None)


def run(database: Path, script: str) -> None:
    """Run statements, without foreign keys."""
    with closing(apsw.Connection(str(database))) as connection:
        connection.execute(script).fetchall()


def changed_file(subject: Subject) -> Subject:
    """Let a file grow after the run; names stay at their places."""
    with (subject.database.parent / "left" / "room.py").open("ab") as file:
        file.write(b"# later\n")
    return subject


def file_without_ast(subject: Subject) -> Subject:
    """Call a file indexed that nothing was extracted from."""
    (subject.database.parent / "left" / "new.py").write_bytes(b"")
    run(
        subject.database,
        """
        INSERT INTO files (root_id, path, content_hash, language, size_bytes, mtime_ns, outcome)
        VALUES (1, 'new.py',
            x'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
            'python', 0, 0, 'indexed')
        """,
    )
    return replace(subject, exports=None)


def edited_migration(subject: Subject) -> Subject:
    """Edit a released migration."""
    folder = subject.database.parent / "migrations"
    shutil.copytree(FOLDER, folder)
    with (folder / "v5_content_identity.up.sql").open("a") as file:
        file.write("-- edited\n")
    return replace(subject, migrations=folder)


def lost_row(subject: Subject) -> Subject:
    """Leave the last row out of an export."""
    return rewritten(subject, "refs", lambda table: table.slice(0, table.num_rows - 1))


def altered_row(subject: Subject) -> Subject:
    """Put a symbol into another file, with no measure changed."""
    return rewritten(
        subject, "symbols", lambda table: with_column(table, "path", ["x.py"] * table.num_rows)
    )


def number_as_text(subject: Subject) -> Subject:
    """Export a number as text."""
    return rewritten(
        subject,
        "files",
        lambda table: with_column(table, "size_bytes", table["size_bytes"].cast(pa.string())),
    )


def rewritten(subject: Subject, name: str, change: Callable[[pa.Table], pa.Table]) -> Subject:
    """Write an export again, changed."""
    assert subject.exports is not None
    file = subject.exports / f"{name}.parquet"
    pq.write_table(change(pq.read_table(file)), file)
    return subject


def with_column(table: pa.Table, name: str, values: object) -> pa.Table:
    """Return the table with other values in one column."""
    return table.set_column(table.column_names.index(name), name, pa.array(values))


def reader_of_files(subject: Subject) -> Subject:
    """Name code that still asks symbols for their file."""
    (folder,) = subject.code
    (folder / "reader.py").write_text('QUERY = "SELECT file_id FROM symbols WHERE name = ?"\n')
    return subject


def lost_note(subject: Subject) -> Subject:
    """Carry a table over without one of its rows."""
    database = subject.database
    run(database, "CREATE TABLE notes (note TEXT); INSERT INTO notes VALUES ('a'), ('b')")
    inventory = take_inventory(database, (), {}, QueueNames(), ())
    run(database, "DELETE FROM notes WHERE note = 'b'")
    return replace(subject, exports=None, tables=inventory.tables)


def broken_before(subject: Subject) -> Subject:
    """Carry over a view, a row and an FTS table that were broken before."""
    run(
        subject.database,
        """
        CREATE VIEW stale AS SELECT path FROM gone;
        CREATE TABLE marks (root INTEGER REFERENCES roots (root_id), stars INTEGER CHECK (stars));
        INSERT INTO marks (root) VALUES (404);
        PRAGMA ignore_check_constraints = ON;
        INSERT INTO marks VALUES (1, 0);
        CREATE VIRTUAL TABLE marks_fts USING fts5 (body);
        DROP TABLE marks_fts_config
        """,
    )
    inventory = take_inventory(subject.database, (), {}, QueueNames(), ())
    carried = tuple(table for table in inventory.tables if table.name.startswith("marks"))
    return replace(subject, exports=None, tables=carried, flaws=inventory.flaws)


def richer_before(subject: Subject) -> Subject:
    """Let the index before have known one symbol more, in a file that has not changed."""
    previous = subject.database.with_name("previous.db")
    shutil.copyfile(subject.database, previous)
    run(
        previous,
        "INSERT INTO symbols (ast_id, name, symbol_type, line_number, column_number, end_line)"
        " VALUES (3, 'bell', 'function', 1, 0, 1)",
    )
    return replace(subject, previous=previous)


def stale_test(subject: Subject) -> Subject:
    """Name a test that still asks refs for their content version."""
    (folder,) = subject.code
    (folder / "tests").mkdir()
    (folder / "tests" / "test_reader.py").write_text('Q = "SELECT content_version_id FROM refs"\n')
    return subject


# Damage that needs more than SQL.
FUNCTIONS = {
    "V-080": reader_of_files,
    "V-081": stale_test,
    "V-013": changed_file,
    "V-030": file_without_ast,
    "V-055": lost_note,
    "V-056": broken_before,
    "V-090": richer_before,
    "V-061": edited_migration,
    "V-070": lost_row,
    "V-071": altered_row,
    "V-072": number_as_text,
}
