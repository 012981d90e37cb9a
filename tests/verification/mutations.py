"""Random small ways to damage a finished index, its files, its exports and its reports.

Each is named; its own seed is its name, so a mutation stays what it is when others come or go.
"""

import json
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from functools import partial
from random import Random
from typing import Any

import apsw
import pyarrow as pa
import pyarrow.parquet as pq

from migrations.manifest import FOLDER
from tests.verification.conftest import COLUMNS
from tests.verification.offences import artifacts_of, new_file, reader_of_files, run
from verification.manifest import SUBJECTS
from verification.subject import Subject

TABLES = (
    "roots", "files", "parser_versions", "asts", "symbols", "refs", "symbol_kinds", "imports",
    "definition_docs", "content_tags", "symbol_names", "schema_migrations", "runs", "run_steps",
)  # fmt: skip
INDEXES = (
    "files_by_content", "symbols_identity", "symbols_by_name", "symbols_by_definition",
    "symbol_kinds_by_ast", "symbol_names_by_length", "refs_by_name", "imports_by_module",
)  # fmt: skip
# What changes nothing that anyone can tell: why.
NEUTRAL = {
    "change files.file_id": "a surrogate key that nothing refers to",
    "change parser_versions.parser_version_id": "a surrogate key of a language without ASTs",
    "change symbol_names.name_id": "a surrogate key; only its order counts",
    "change symbols.symbol_id": "a surrogate key; only its order counts",
    "change refs.ref_id": "a number that identifies nothing",
    "change schema_migrations.applied_at": "a clock that nothing else records",
    "change schema_migrations.execution_ms": "a duration that nothing else records",
    "change schema_migrations.tool_version": "what was installed then",
    "change runs.finished_at": "a clock that nothing else records",
}
STATEMENTS = {
    "add a trigger": "CREATE TRIGGER t AFTER INSERT ON symbols BEGIN DELETE FROM refs; END",
    "drop the trigger that counts": "DROP TRIGGER symbols_delete",
    "add an index": "CREATE INDEX i ON symbols (scope)",
    "add a column to symbols": "ALTER TABLE symbols ADD COLUMN colour TEXT",
    "add a column to files": "ALTER TABLE files ADD COLUMN colour TEXT",
    "rename a column of refs": "ALTER TABLE refs RENAME COLUMN context TO scope",
    "drop a view": "DROP VIEW golden_refs",
    "put another view in place": """
        DROP VIEW golden_refs;
        CREATE VIEW golden_refs AS
        SELECT '' AS root, '' AS path, 'c' AS language, x'' AS content_hash, 0 AS file_id, *
        FROM refs
    """,
    "drop the search by substring": "DROP TABLE symbol_names_substrings",
    "empty the search by word": "INSERT INTO symbol_names_words (symbol_names_words)"
    " VALUES ('delete-all')",
    "drop the imports": "DROP TABLE imports",
    "bring a legacy table back": "CREATE TABLE content_versions (content_hash TEXT)",
    "queue a file": "INSERT INTO discovery_queue VALUES ('left/room.py')",
    "leave a view of what is gone": "CREATE VIEW v AS SELECT path FROM gone",
    "swap two names": """
        UPDATE symbols SET name = CASE name WHEN 'Door' THEN 'room' ELSE 'Door' END
        WHERE name IN ('Door', 'room')
    """,
    "swap two paths": """
        UPDATE files SET path = 'swap' WHERE path = 'door.py';
        UPDATE files SET path = 'door.py' WHERE path = 'lobby/room.py';
        UPDATE files SET path = 'lobby/room.py' WHERE path = 'swap'
    """,
    "move all symbols to another AST": "UPDATE symbols SET ast_id = 1",
    "forget a cascade": """
        PRAGMA writable_schema = ON;
        UPDATE sqlite_schema SET sql = replace(sql, ' ON DELETE CASCADE', '')
        WHERE name = 'symbols'
    """,
    "forget a constraint": """
        PRAGMA writable_schema = ON;
        UPDATE sqlite_schema SET sql = replace(sql, ' CHECK (name <> '''')', '')
        WHERE name = 'refs'
    """,
}


@dataclass(frozen=True, slots=True)
class Mutation:
    """One way to damage what ``good`` is; returns the subject to verify."""

    name: str
    apply: Callable[[Subject, Random], Subject]


def mutations() -> Iterator[Mutation]:
    """List all mutations."""
    yield from of_rows()
    yield from of_schema()
    yield from of_exports()
    yield from of_artifacts()
    yield from of_files()


def of_rows() -> Iterator[Mutation]:
    """Change each column of each table; delete from it, insert into it."""
    for table in TABLES:
        for column in columns_of(table):
            yield Mutation(f"change {table}.{column}", partial(change_row, table, column))
        yield Mutation(f"delete from {table}", partial(delete_row, table))
        yield Mutation(f"insert into {table}", partial(insert_row, table))


def of_schema() -> Iterator[Mutation]:
    """Change what the schema is made of."""
    for index in INDEXES:
        yield Mutation(f"drop {index}", partial(execute, f"DROP INDEX {index}"))
    for name, statement in STATEMENTS.items():
        yield Mutation(name, partial(execute, statement))


def of_exports() -> Iterator[Mutation]:
    """Change each column of each export; leave a row out, repeat one."""
    for name, columns in COLUMNS.items():
        for column in columns.split():
            yield Mutation(f"change {name}.parquet {column}", partial(change_value, name, column))
        yield Mutation(f"leave a row out of {name}.parquet", partial(lose_row, name))
        yield Mutation(f"repeat a row of {name}.parquet", partial(repeat_row, name))


def of_artifacts() -> Iterator[Mutation]:
    """Change the bytes of each artifact, and what the run's record says."""
    for artifact in (*SUBJECTS, "manifest.json"):
        yield Mutation(f"flip a bit of {artifact}", partial(flip_bit, artifact))
    for artifact in ("manifest.json", "verification.json", "verification.md"):
        yield Mutation(f"change a digit of {artifact}", partial(change_digit, artifact))
    for key in ("run_id", "started_at", "tool_version", "verdict", "manifest_sha256", "steps"):
        yield Mutation(f"change {key} of run_results.json", partial(change_result, key))


def of_files() -> Iterator[Mutation]:
    """Change what lies in the roots, and beside the index."""
    for path in ("left/room.py", "left/wide.c", "right/door.py", "right/logo.png"):
        yield Mutation(f"change a byte of {path}", partial(change_byte, path))
        yield Mutation(f"delete {path}", partial(delete_file, path))
        yield Mutation(f"touch {path}", partial(touch, path))
    yield Mutation("add a file", lambda subject, _: new_file(subject))
    yield Mutation("let a link be a file", make_link_a_file)
    yield Mutation("let code ask for file_id", lambda subject, _: reader_of_files(subject))
    yield Mutation("edit a migration", edit_migration)
    yield Mutation("let the group write", open_to_group)


def columns_of(table: str) -> list[str]:
    """Return the columns of a table of v5."""
    return [row[0] for row in _SCHEMA.execute("SELECT name FROM pragma_table_info(?)", (table,))]


def execute(statement: str, subject: Subject, _: Random) -> Subject:
    """Run statements."""
    run(subject.database, statement)
    return subject


def change_row(table: str, column: str, subject: Subject, random: Random) -> Subject:
    """Change one value of one row."""
    with closing(unguarded(subject)) as connection:
        row = a_row(connection, table, random)
        for _ in range(100):
            value = changed(row[column], kind_of(table, column), random)
            try:
                connection.execute(
                    f"UPDATE {table} SET {column} = ? WHERE {match(row)}", (value, *row.values())
                )
            except apsw.ConstraintError:
                continue
            return subject
    raise AssertionError(f"no other value fits {table}.{column}")


def delete_row(table: str, subject: Subject, random: Random) -> Subject:
    """Delete one row."""
    with closing(unguarded(subject)) as connection:
        row = a_row(connection, table, random)
        connection.execute(f"DELETE FROM {table} WHERE {match(row)}", tuple(row.values()))
    return subject


def insert_row(table: str, subject: Subject, random: Random) -> Subject:
    """Insert a row that differs from one that is there in as few values as its keys want."""
    with closing(unguarded(subject)) as connection:
        row = a_row(connection, table, random)
        for attempt in range(200):
            other = dict(row)
            for column in random.sample(list(row), 1 + attempt // 50):
                other[column] = changed(row[column], kind_of(table, column), random)
            key = next(iter(row))
            if key == "ref_id":
                other[key] = row[key] + 1
            elif key.removesuffix("_id") in table and kind_of(table, key) == "INTEGER":
                other[key] = None  # a surrogate key: the next one
            holes = ", ".join("?" * len(row))
            try:
                connection.execute(f"INSERT INTO {table} VALUES ({holes})", tuple(other.values()))
            except apsw.ConstraintError:
                continue
            return subject
    raise AssertionError(f"no other row fits {table}")


def change_value(name: str, column: str, subject: Subject, random: Random) -> Subject:
    """Change one value of an export; the manifest is left out, so that the rows must tell."""

    def change(table: pa.Table) -> pa.Table:
        values = table[column].to_pylist()
        at = random.randrange(len(values))
        kind = {pa.int32(): "INTEGER", pa.binary(): "BLOB"}.get(table[column].type, "TEXT")
        values[at] = changed(values[at], kind, random)
        place = table.column_names.index(column)
        return table.set_column(place, column, pa.array(values, table[column].type))

    return rewritten(name, change, subject)


def lose_row(name: str, subject: Subject, random: Random) -> Subject:
    """Leave a row out of an export."""

    def change(table: pa.Table) -> pa.Table:
        at = random.randrange(table.num_rows)
        return pa.concat_tables([table.slice(0, at), table.slice(at + 1)])

    return rewritten(name, change, subject)


def repeat_row(name: str, subject: Subject, random: Random) -> Subject:
    """Put a row in the place of another one, so that their number stays."""

    def change(table: pa.Table) -> pa.Table:
        order = list(range(table.num_rows))
        to, source = random.sample(order, 2)
        order[to] = source
        return table.take(order)

    return rewritten(name, change, subject)


def rewritten(name: str, change: Callable[[pa.Table], pa.Table], subject: Subject) -> Subject:
    """Write an export again, changed."""
    file = artifacts_of(subject) / "parquet" / f"{name}.parquet"
    pq.write_table(change(pq.read_table(file)), file)
    return replace(subject, artifacts=None)


def flip_bit(artifact: str, subject: Subject, random: Random) -> Subject:
    """Flip one bit of a file."""
    file = artifacts_of(subject) / artifact
    data = bytearray(file.read_bytes())
    data[random.randrange(len(data))] ^= 1 << random.randrange(8)
    file.write_bytes(data)
    return subject


def change_digit(artifact: str, subject: Subject, random: Random) -> Subject:
    """Change one digit of a report."""
    file = artifacts_of(subject) / artifact
    text = file.read_text()
    at = random.choice([at for at, letter in enumerate(text) if letter.isdigit()])
    file.write_text(text[:at] + str((int(text[at]) + 1) % 10) + text[at + 1 :])
    return subject


def change_result(key: str, subject: Subject, _: Random) -> Subject:
    """Change one entry of run_results.json."""
    file = artifacts_of(subject) / "run_results.json"
    results = json.loads(file.read_text())
    results[key] = results[key][1:]
    file.write_text(json.dumps(results))
    return subject


def change_byte(path: str, subject: Subject, random: Random) -> Subject:
    """Change one byte of a file in a root, and leave its time as it was."""
    file = subject.database.parent / path
    before = file.stat()
    data = bytearray(file.read_bytes())
    data[random.randrange(len(data))] ^= 1
    file.write_bytes(data)
    os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))
    return subject


def delete_file(path: str, subject: Subject, _: Random) -> Subject:
    """Delete a file of a root."""
    (subject.database.parent / path).unlink()
    return subject


def touch(path: str, subject: Subject, _: Random) -> Subject:
    """Give a file another time."""
    os.utime(subject.database.parent / path, ns=(0, 1))
    return subject


def make_link_a_file(subject: Subject, _: Random) -> Subject:
    """Put a file where a link was."""
    link = subject.database.parent / "right" / "link"
    link.unlink()
    link.write_text("a file")
    return subject


def edit_migration(subject: Subject, _: Random) -> Subject:
    """Change the files of the lineage."""
    folder = subject.database.parent / "migrations"
    shutil.copytree(FOLDER, folder)
    (folder / "v4_file_bound.down.sql").write_text("-- nothing")
    return replace(subject, migrations=folder)


def open_to_group(subject: Subject, _: Random) -> Subject:
    """Let the group write to the database."""
    subject.database.chmod(0o664)
    return subject


def unguarded(subject: Subject) -> apsw.Connection:
    """Open the index with no constraint in force but its unique keys."""
    connection = apsw.Connection(str(subject.database))
    connection.execute("PRAGMA ignore_check_constraints = ON").fetchall()
    return connection


def a_row(connection: apsw.Connection, table: str, random: Random) -> dict[str, Any]:
    """Choose a row of a table."""
    rows = connection.execute(f"SELECT * FROM {table} ORDER BY 1, 2").fetchall()
    return dict(zip(columns_of(table), random.choice(rows), strict=True))


def match(row: dict[str, Any]) -> str:
    """Return the condition that finds a row by all of its values."""
    return " AND ".join(f"{column} IS ?" for column in row)


def kind_of(table: str, column: str) -> str:
    """Return the type of a column of v5."""
    query = "SELECT type FROM pragma_table_info(?) WHERE name = ?"
    return str(_SCHEMA.execute(query, (table, column)).get)


def changed(value: Any, kind: str, random: Random) -> Any:
    """Return another value of the same type, close to the one that was there."""
    if kind == "INTEGER":
        return (value or 0) + random.choice((1, 2, 3, 50))
    if kind == "BLOB":
        data = bytearray(value or bytes(8))
        data[random.randrange(len(data))] ^= 1 << random.randrange(8)
        return bytes(data)
    text = value or ""
    at = random.randrange(len(text) + 1)
    return text[:at] + random.choice("abcxyz") + text[at + random.randrange(2) :]


def _fresh() -> apsw.Connection:
    from migrations import runner  # noqa: PLC0415 -- used once
    from migrations.catalogue import migrations as lineage  # noqa: PLC0415 -- used once

    connection = apsw.Connection(":memory:")
    runner.apply(connection, lineage()[-1])
    return connection


_SCHEMA = _fresh()
