"""What is carried over says what it said; what goes stays behind with all that belongs to it."""

import hashlib

import apsw
import pytest

from tasks.errors import IndexDamaged, PreconditionFailed, StepFailed
from tasks.store import carrying
from tasks.store.carrying import Thing, carry_all_but, why_not_made
from tasks.store.connection import PAGE_BYTES, open_candidate
from tests.shapes import shape
from tests.tasks.store.conftest import rows

SCHEMA = """
    CREATE TABLE numbered (id INTEGER PRIMARY KEY AUTOINCREMENT, x);
    CREATE TABLE gone_too (id INTEGER PRIMARY KEY AUTOINCREMENT, x);
    CREATE TABLE keyed (x TEXT PRIMARY KEY, n AS (length(x))) WITHOUT ROWID;
    CREATE TABLE stored (x TEXT UNIQUE, n INTEGER AS (length(x)) STORED, y INTEGER) STRICT;
    CREATE TABLE free (x);
    CREATE TABLE from_zero (x);
    CREATE TABLE from_below (x);
    CREATE TABLE free_of_rowid (rowid TEXT, x);
    CREATE TABLE "größe" (x);
    CREATE TABLE "GRÖSSE" (x);
    CREATE TABLE "grösse" (x);
    CREATE TABLE "o""dd; DROP TABLE free" (x CHECK (x <> ''), y REFERENCES absent);
    CREATE INDEX free_by_x ON "o""dd; DROP TABLE free" (lower(x)) WHERE x IS NOT NULL;
    CREATE VIEW seen AS SELECT x FROM free;
    CREATE VIEW seen_in_main AS SELECT x FROM main.free;
    CREATE VIEW broken AS SELECT x FROM nowhere;
    CREATE TRIGGER counted AFTER DELETE ON free BEGIN DELETE FROM numbered; END;
    CREATE TRIGGER counted_in_main AFTER INSERT ON main.from_zero BEGIN
        DELETE FROM numbered WHERE id IN (SELECT x FROM main.free);
    END;
    CREATE VIRTUAL TABLE words USING fts5 (word);
    CREATE VIRTUAL TABLE terms USING fts5 (term);
"""
ROWS = """
    INSERT INTO numbered (x) VALUES ('a'), ('b'), ('c');
    INSERT INTO gone_too (x) VALUES ('a');
    DELETE FROM numbered WHERE id = 3;
    INSERT INTO keyed VALUES ('four'), ('of');
    INSERT INTO stored (x, y) VALUES ('one', 1);
    INSERT INTO free (rowid, x) VALUES (5, 'five'), (2, 'two');
    INSERT INTO from_zero (rowid, x) VALUES (0, 'a'), (1, 'b'), (3, 'c');
    INSERT INTO from_below (rowid, x) VALUES (-1, 'a'), (2, 'b');
    INSERT INTO free_of_rowid (oid, rowid, x) VALUES (7, 'r', 'seven');
    INSERT INTO "o""dd; DROP TABLE free" VALUES ('X', 1), (NULL, NULL);
    INSERT INTO words VALUES ('found'); INSERT INTO terms VALUES ('lost');
"""
STAY = (
    "SELECT * FROM sqlite_sequence ORDER BY name",
    "SELECT id, x FROM numbered",
    "SELECT x, n FROM keyed",
    "SELECT rowid, x, n, y FROM stored",
    "SELECT rowid, x FROM seen, free USING (x) ORDER BY rowid",
    "SELECT x FROM seen_in_main",
    "SELECT rowid, x FROM from_zero",
    "SELECT rowid, x FROM from_below",
    "SELECT oid, rowid, x FROM free_of_rowid",
    'SELECT rowid, * FROM "o""dd; DROP TABLE free" ORDER BY rowid',
    "SELECT rowid, word FROM words ('found')",
    "SELECT type, name, tbl_name, sql FROM sqlite_schema ORDER BY type, name",
)


def make(path, *scripts):
    connection = apsw.Connection(str(path))
    for script in scripts:
        connection.execute(script).fetchall()
    connection.close()
    return path


@pytest.fixture
def source(tmp_path):
    return make(tmp_path / "index.db", SCHEMA, ROWS)


@pytest.fixture
def candidate(tmp_path):
    return tmp_path / "candidate.db"


def test_all_is_carried_over_where_nothing_goes(source, candidate):
    before = hashlib.sha256(source.read_bytes()).digest()
    carry_all_but(source, candidate, [])

    for query in STAY:
        assert rows(candidate, query) == rows(source, query) != []
    assert rows(candidate, "PRAGMA page_size") == [(PAGE_BYTES,)]
    assert rows(candidate, "PRAGMA integrity_check") == [("ok",)]
    assert hashlib.sha256(source.read_bytes()).digest() == before


def test_what_goes_stays_behind_with_shadow_tables_indexes_triggers_and_sequences(
    source, candidate
):
    odd = 'O"DD; drop table FREE'
    gone = [Thing("table", name) for name in ("GONE_TOO", "terms", "Free", "GRöSSE", odd)]
    carry_all_but(source, candidate, [*gone, Thing("view", "broken")])
    names = {name for (name,) in rows(candidate, "SELECT name FROM sqlite_schema WHERE sql <> ''")}

    assert {name for name in names if not name.startswith("words_")} == {
        *("numbered", "keyed", "stored", "free_of_rowid", "sqlite_sequence", "seen", "words"),
        *("from_zero", "from_below", "größe", "GRÖSSE", "seen_in_main", "counted_in_main"),
    }
    assert rows(candidate, "SELECT name FROM sqlite_sequence") == [("numbered",)]
    assert rows(candidate, "PRAGMA freelist_count") == [(0,)]


@pytest.mark.parametrize(
    "table",
    [
        "t (k TEXT, g AS (length(k)))",
        "t (k TEXT, g AS (length(k))); CREATE INDEX i ON t (g) WHERE g > 2",
        "t (k TEXT PRIMARY KEY, g AS (length(k)))",
        "t (k TEXT PRIMARY KEY, g AS (length(k)) STORED)",
        "t (k TEXT PRIMARY KEY CHECK (k <> ''))",
        "t (k TEXT, rowid AS (length(k)))",
        "t (id INT PRIMARY KEY, oid, rowid, k TEXT, g AS (length(k)))",
    ],
)
def test_row_ids_with_gaps_stay_beside_generated_columns_and_checks(tmp_path, candidate, table):
    source = make(
        tmp_path / "index.db",
        f"CREATE TABLE {table}",
        "INSERT INTO t (k) VALUES ('a'), ('bb'), ('ccc'); DELETE FROM t WHERE k = 'bb'",
    )
    carry_all_but(source, candidate, [])

    for path in (source, candidate):
        assert rows(path, "SELECT _rowid_, k FROM t") == [(1, "a"), (3, "ccc")]
    assert rows(candidate, "PRAGMA integrity_check") == [("ok",)]


def test_row_ids_with_gaps_stay_where_the_only_index_of_their_table_goes(tmp_path, candidate):
    source = make(
        tmp_path / "index.db",
        "CREATE TABLE t (k TEXT); CREATE INDEX t_by_k ON t (k)",
        "INSERT INTO t VALUES ('a'), ('bb'), ('ccc'); DELETE FROM t WHERE k = 'bb'",
    )
    carry_all_but(source, candidate, [Thing("index", "t_by_k")])

    assert rows(candidate, "SELECT rowid, k FROM t") == [(1, "a"), (3, "ccc")]


def test_a_damaged_virtual_table_stays_behind_with_its_own_shadow_tables_alone(tmp_path, candidate):
    source = shape("damaged_search", tmp_path / "index.db")
    carry_all_but(source, candidate, [Thing("table", "symbols_fts")])
    left = rows(candidate, "SELECT name FROM sqlite_schema WHERE name LIKE 'symbols_fts%'")

    assert {name for (name,) in left} == {
        "symbols_fts4",
        "symbols_fts4_content",
        "symbols_fts4_docsize",
        "symbols_fts4_segments",
        "symbols_fts4_stat",
    }


def test_of_an_empty_file_an_empty_database_comes(tmp_path, candidate):
    (tmp_path / "index.db").touch()
    carry_all_but(tmp_path / "index.db", candidate, [])

    assert rows(candidate, "SELECT * FROM sqlite_schema") == []


def test_rows_that_break_their_promises_come_along(tmp_path, candidate):
    source = shape("dirty", tmp_path / "index.db")
    carry_all_but(source, candidate, [])
    tables = rows(source, "SELECT name FROM pragma_table_list WHERE type = 'table'")

    for (table,) in tables:
        query = f'SELECT * FROM "{table}"'
        assert rows(candidate, query) == rows(source, query)
    assert rows(candidate, "PRAGMA quick_check") != [("ok",)]


def test_what_is_only_in_the_log_comes_along_while_its_writer_lives(tmp_path, candidate):
    source = make(tmp_path / "index.db", "CREATE TABLE t (x); PRAGMA journal_mode = WAL")
    writer = apsw.Connection(str(source))
    writer.wal_autocheckpoint(0)
    writer.execute("INSERT INTO t VALUES ('only in the log')")
    carry_all_but(source, candidate, [])
    log = source.with_name("index.db-wal").stat().st_size
    writer.close()

    assert rows(candidate, "SELECT * FROM t") == [("only in the log",)]
    assert log > 0


def test_a_log_that_a_dead_writer_left_is_read_and_stays(tmp_path, candidate):
    source = make(tmp_path / "lives.db", "CREATE TABLE t (x); PRAGMA journal_mode = WAL")
    writer = apsw.Connection(str(source))
    writer.wal_autocheckpoint(0)
    writer.execute("INSERT INTO t VALUES ('only in the log')")
    left = tmp_path / "index.db"
    for suffix in ("", "-wal"):
        left.with_name(left.name + suffix).write_bytes(
            source.with_name(source.name + suffix).read_bytes()
        )
    writer.close()
    carry_all_but(left, candidate, [])

    assert rows(candidate, "SELECT * FROM t") == [("only in the log",)]
    assert left.with_name("index.db-wal").stat().st_size > 0


def test_what_is_no_database_is_refused(tmp_path, candidate):
    (tmp_path / "index.db").write_text("not a database, but long enough to be taken for one")

    with pytest.raises(PreconditionFailed, match="is not an SQLite database"):
        carry_all_but(tmp_path / "index.db", candidate, [])


def test_what_stands_behind_a_statement_of_the_schema_is_not_run(tmp_path, candidate):
    source = make(
        tmp_path / "index.db",
        "CREATE TABLE t (x); PRAGMA writable_schema = ON;"
        " UPDATE sqlite_schema SET sql = sql || '; CREATE TABLE smuggled (y)'",
    )

    with pytest.raises(IndexDamaged, match=r"malformed database schema \(t\)"):
        carry_all_but(source, candidate, [])
    assert not candidate.exists()


def test_what_cannot_be_made_anew_stops_the_step_by_name(tmp_path, candidate):
    source = tmp_path / "index.db"
    connection = apsw.Connection(str(source))
    connection.create_collation("theirs", lambda a, b: (a > b) - (a < b))
    connection.execute("CREATE TABLE t (x COLLATE theirs)")
    connection.close()

    with pytest.raises(StepFailed, match=r"CREATE TABLE t .* failed: .*collation"):
        carry_all_but(source, candidate, [])


def test_what_cannot_be_made_anew_is_known_before_unless_it_goes(tmp_path):
    source = tmp_path / "index.db"
    connection = apsw.Connection(str(source))
    connection.create_collation("theirs", lambda a, b: (a > b) - (a < b))
    connection.create_scalar_function("measured", len, 1, deterministic=True)
    connection.execute(
        "CREATE TABLE t (x COLLATE theirs); CREATE INDEX t_by_x ON t (x); CREATE TABLE u (x);"
        "CREATE INDEX u_by_length ON u (measured(x))"
    )
    connection.close()
    table, index = Thing("table", "T"), Thing("index", "u_by_length")

    assert why_not_made(source, []) == [
        "table t (no such collation sequence: theirs)",
        "index u_by_length of u (no such function: measured)",
    ]
    assert why_not_made(source, [table, index]) == []


def test_a_full_disk_is_told_as_such(tmp_path, candidate, monkeypatch):
    source = make(tmp_path / "index.db", "CREATE TABLE t (x)")

    def open_small(path):
        connection = open_candidate(path)
        connection.execute("PRAGMA max_page_count = 1").fetchall()
        return connection

    monkeypatch.setattr(carrying, "open_candidate", open_small)
    with pytest.raises(apsw.FullError):
        carry_all_but(source, candidate, [])
