"""For each check a way to damage a good index so that this check finds it, and no other does."""

import os
import shutil
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import apsw
import pyarrow as pa
import pyarrow.parquet as pq

from migrations.manifest import FOLDER
from tests.verification.conftest import REBUILD, digest
from verification.inventory.queues import QueueNames
from verification.inventory.take import take_inventory
from verification.subject import Subject

# What an offence breaks as well: the schema itself forbids it, or defines what it damages.
ALSO = dict.fromkeys(("V-001", "V-002", "V-003", "V-004", "V-005", "V-006", "V-010"), ("V-009",))
ALSO["V-092"] = ("V-091",)

# Damage that SQL can do. Exports, artifacts and what was extracted are those of the good index,
# and are left out of it.
STATEMENTS = {
    "V-001": "ALTER TABLE symbols ADD COLUMN file_id INTEGER",
    "V-002": "ALTER TABLE symbols DROP COLUMN metadata_json",
    "V-003": "DROP INDEX refs_by_name",
    "V-004": """
        DROP INDEX symbols_identity;
        CREATE INDEX symbols_identity
        ON symbols (ast_id, symbol_type, name, line_number, column_number)
    """,
    "V-005": """
        PRAGMA writable_schema = ON;
        UPDATE sqlite_schema SET sql = replace(sql, ' ON DELETE CASCADE', '') WHERE name = 'refs'
    """,
    "V-006": """
        CREATE TEMP TABLE kept AS SELECT * FROM run_steps;
        DROP TABLE run_steps;
        CREATE TABLE run_steps (run_id TEXT, step INTEGER, name TEXT, took_ms INTEGER);
        INSERT INTO run_steps SELECT * FROM kept
    """,
    "V-007": """
        PRAGMA ignore_check_constraints = ON;
        UPDATE files SET reason = 'none' WHERE path = 'wide.c'
    """,
    "V-008": "INSERT INTO run_steps VALUES ('never run', 1, 'check preconditions', 0)",
    "V-009": "DROP INDEX imports_by_module",
    "V-010": f"""
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
        SELECT 99, language, grammar, '2' || grammar_version, query_sha256, 1, x'02'
        FROM kept WHERE language = 'python';
        INSERT INTO asts
        SELECT 9, content_hash, 99, size_bytes, line_count, has_error, encoding, facts
        FROM asts INNER JOIN kept USING (parser_version_id) WHERE language = 'python' LIMIT 1;
        {REBUILD}
    """,
    "V-011": f"""
        INSERT INTO symbols (ast_id, name, symbol_type, line_number, column_number, end_line)
        SELECT ast_id, name, 'method', line_number, column_number, end_line
        FROM symbols WHERE name = 'room';
        INSERT INTO symbol_kinds SELECT ast_id, 'method' FROM symbols WHERE name = 'room' LIMIT 1;
        UPDATE symbol_names
        SET definitions = (SELECT COUNT(*) FROM symbols WHERE name = 'room')
        WHERE name = 'room';
        {REBUILD}
    """,
    "V-012": "UPDATE files SET outcome = 'failed', reason = 'late' WHERE path = 'lobby/room.py'",
    "V-014": """
        UPDATE symbols
        SET metadata_json = (
            SELECT json_object('at', path) FROM golden_symbols
            WHERE golden_symbols.symbol_id = symbols.symbol_id
        )
    """,
    "V-016": "UPDATE files SET mtime_ns = mtime_ns + 1 WHERE path = 'logo.png'",
    "V-017": """
        UPDATE files
        SET language = NULL, outcome = 'skipped', reason = 'no language for this kind of file'
        WHERE path = 'lobby/room.py'
    """,
    "V-018": "UPDATE asts SET size_bytes = size_bytes + 1 WHERE ast_id = 1",
    "V-019": f"""
        UPDATE asts SET ast_id = 99 WHERE ast_id = 1;
        UPDATE symbols SET ast_id = 99 WHERE ast_id = 1;
        UPDATE symbol_kinds SET ast_id = 99 WHERE ast_id = 1;
        UPDATE refs SET ast_id = 99 WHERE ast_id = 1;
        UPDATE definition_docs SET ast_id = 99 WHERE ast_id = 1;
        UPDATE content_tags SET ast_id = 99 WHERE ast_id = 1;
        {REBUILD}
    """,
    "V-020": "UPDATE files SET reason = ' ' WHERE path = 'logo.png'",
    "V-021": "UPDATE files SET outcome = 'indexed', reason = NULL WHERE path = 'door.py'",
    "V-024": "UPDATE files SET reason = 'binary content' WHERE path = 'link'",
    "V-031": f"""
        INSERT INTO asts
        SELECT 99, zeroblob(32), MAX(parser_version_id), 0, 0, 0, 'utf-8', x'00'
        FROM parser_versions;
        {REBUILD}
    """,
    "V-032": "UPDATE symbols SET column_number = column_number - 1 WHERE name = 'knock'",
    "V-033": """
        PRAGMA writable_schema = ON;
        UPDATE sqlite_schema SET sql = sql || ' WHERE refs.line_number > 0'
        WHERE name = 'golden_refs'
    """,
    "V-091": """
        INSERT INTO roots (name, location, problem) VALUES ('gone', '/gone', 'it is not there')
    """,
    "V-092": "UPDATE roots SET problem = 'gone'",
    "V-035": "UPDATE refs SET name = 'rin' WHERE name = 'ring'",
    "V-040": "INSERT INTO symbol_kinds VALUES (1, 'interface')",
    "V-041": "UPDATE symbol_names SET definitions = definitions + 1 WHERE name = 'knock'",
    "V-042": "INSERT INTO symbol_names_substrings (rowid, name) VALUES (99, 'ghost')",
    "V-043": "INSERT INTO symbol_names_words (rowid, words) VALUES (99, 'ghost')",
    "V-044": "UPDATE definition_docs SET line_number = 99 WHERE docstring = 'A room.'",
    "V-045": f"UPDATE imports SET module = ''; {REBUILD}",
    "V-047": "UPDATE symbol_names SET words = 'kno ck' WHERE name = 'knock'",
    "V-048": "UPDATE symbol_names SET name_id = 99 WHERE name_id = 1",
    "V-049": f"UPDATE content_tags SET tag = 'Knock' WHERE tag = 'knock'; {REBUILD}",
    "V-059": "INSERT INTO document_contents (rowid, tags) VALUES (99, 'ghost')",
    "V-058": "INSERT INTO document_paths (rowid, path) VALUES (99, 'ghost')",
    "V-050": "CREATE TABLE content_versions (content_hash TEXT)",
    "V-051": "INSERT INTO build_queue VALUES ('room.py')",
    "V-052": "CREATE VIEW symbol_locations AS SELECT path FROM gone",
    "V-053": "CREATE INDEX files_by_size ON files (size_bytes)",
    "V-064": "DELETE FROM run_steps",
    "V-066": "DELETE FROM run_steps; DELETE FROM runs",
    "V-060": "UPDATE schema_migrations SET checksum = 'of other bytes'",
}


def offend(subject: Subject, check_id: str) -> Subject:
    """Damage a good index for one check; return the subject to verify."""
    if check_id != "V-065":
        subject = replace(subject, recorded_sha256=None)
    if check_id in FUNCTIONS:
        return FUNCTIONS[check_id](subject)
    run(subject.database, STATEMENTS[check_id])
    return undone(subject)


def undone(subject: Subject) -> Subject:
    """Leave out what tells of the index as it was."""
    return replace(
        subject, exports=None, artifacts=None, extractor=(), previous=None, recorded_sha256=None
    )


def run(database: Path, script: str) -> None:
    """Run statements, without foreign keys."""
    with closing(apsw.Connection(str(database))) as connection:
        connection.execute(script).fetchall()


def changed_file(subject: Subject) -> Subject:
    """Let a file grow after the run; names stay at their places."""
    file = subject.database.parent / "left" / "room.py"
    before = file.stat()
    with file.open("ab") as opened:
        opened.write(b"# later\n")
    os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))
    return subject


def file_without_ast(subject: Subject) -> Subject:
    """Call a file indexed that nothing was extracted from."""
    file = subject.database.parent / "left" / "new.py"
    file.write_bytes(b"")
    run(
        subject.database,
        f"""
        INSERT INTO files (root_id, path, content_hash, language, size_bytes, mtime_ns, outcome)
        VALUES (1, 'new.py',
            x'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
            'python', 0, {file.stat().st_mtime_ns}, 'indexed')
        """,
    )
    return undone(subject)


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
    """Write an export again, changed; the manifest is left out."""
    assert subject.exports is not None
    file = subject.exports / f"{name}.parquet"
    pq.write_table(change(pq.read_table(file)), file)
    return replace(subject, artifacts=None)


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
    return replace(undone(subject), tables=inventory.tables)


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
    return replace(undone(subject), tables=carried, flaws=inventory.flaws)


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


def unreadable_analysis(subject: Subject) -> Subject:
    """Let the index before have kept an analysis that nobody can read."""
    assert subject.previous is not None
    run(
        subject.previous,
        "DROP TABLE IF EXISTS cache_entries;"
        "CREATE TABLE cache_entries (cache_key, content_hash, value, created_at);"
        f"INSERT INTO cache_entries VALUES ('k', '{'00' * 32}', x'28b52ffd', NULL)",
    )
    return subject


def stale_test(subject: Subject) -> Subject:
    """Name a test that still asks refs for their content version."""
    (folder,) = subject.code
    (folder / "tests").mkdir()
    (folder / "tests" / "test_reader.py").write_text('Q = "SELECT content_version_id FROM refs"\n')
    return subject


# Damage that needs more than SQL.
def vacuumed(subject: Subject) -> Subject:
    """Write every row anew, with nothing changed that a query can tell."""
    before = subject.database.read_bytes()
    run(subject.database, "VACUUM; PRAGMA user_version = 404")
    assert subject.database.read_bytes() != before
    return subject


def open_to_all(subject: Subject) -> Subject:
    """Let everyone write to the database."""
    subject.database.chmod(0o646)
    return subject


def left_log(subject: Subject) -> Subject:
    """Leave a change in a write-ahead log beside the database."""
    run(subject.database, "PRAGMA journal_mode = WAL")
    with closing(apsw.Connection(str(subject.database))) as writer:
        writer.config(apsw.SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1)
        writer.execute("INSERT INTO cache_entries VALUES ('key', x'00')")
    return replace(subject, tables=())


def new_file(subject: Subject) -> Subject:
    """Put a file into a root after the run."""
    (subject.database.parent / "left" / "new.txt").write_text("new")
    return subject


def edited_report(subject: Subject) -> Subject:
    """Edit a report by hand."""
    with (artifacts_of(subject) / "verification.md").open("a") as file:
        file.write("All is well.\n")
    return subject


def other_manifest(subject: Subject) -> Subject:
    """Write a manifest of other inputs, and record it as that of the run."""
    folder = artifacts_of(subject)
    manifest, results = folder / "manifest.json", folder / "run_results.json"
    before = digest(manifest.read_bytes())
    manifest.write_text(manifest.read_text().replace('"files": 1', '"files": 2', 1))
    after = digest(manifest.read_bytes())
    results.write_text(results.read_text().replace(before.hex(), after.hex()))
    run(subject.database, f"UPDATE runs SET manifest_sha256 = x'{after.hex()}'")
    return subject


def artifacts_of(subject: Subject) -> Path:
    """Return the folder of the run that made the index."""
    assert subject.artifacts is not None
    return subject.artifacts


def damaged_record(subject: Subject) -> Subject:
    """Let a step have taken longer than its run says."""
    run(subject.database, "UPDATE run_steps SET took_ms = took_ms + 100 WHERE step = 2")
    return subject


def damaged(statement: str) -> Callable[[Subject], Subject]:
    """Return a function that damages rows which only a new extraction can tell."""

    def damage(subject: Subject) -> Subject:
        run(subject.database, statement)
        return replace(subject, exports=None, artifacts=None)

    return damage


# Damage that needs more than SQL, or a clean process to find it.
FUNCTIONS = {
    "V-015": damaged("UPDATE parser_versions SET grammar_version = '0' WHERE language = 'go'"),
    "V-022": new_file,
    "V-025": damaged("UPDATE files SET language = 'rust' WHERE path = 'logo.png'"),
    "V-023": damaged("UPDATE asts SET facts = x'28b52ffd2000010000' WHERE ast_id = 1"),
    "V-034": damaged("UPDATE symbols SET end_line = end_line + 1 WHERE name = 'room'"),
    "V-046": damaged("UPDATE imports SET import_kind = 'include'"),
    "V-062": open_to_all,
    "V-063": left_log,
    "V-065": vacuumed,
    "V-073": edited_report,
    "V-074": other_manifest,
    "V-075": damaged_record,
    "V-080": reader_of_files,
    "V-081": stale_test,
    "V-013": changed_file,
    "V-030": file_without_ast,
    "V-055": lost_note,
    "V-056": broken_before,
    "V-057": unreadable_analysis,
    "V-090": richer_before,
    "V-061": edited_migration,
    "V-070": lost_row,
    "V-071": altered_row,
    "V-072": number_as_text,
}
