"""One function opens databases, and what a database says of itself cannot reach out of it."""

import ast
import re
import sqlite3
from pathlib import Path

import adbc_driver_sqlite.dbapi as adbc
import apsw
import pytest

from migrations.opening import FEW_STEPS, bound, connect, undefended
from migrations.opening_arrow import READ, connect_arrow
from verification.inventory.queues import QueueNames
from verification.inventory.take import take_inventory

TOP = Path(__file__).parents[2]
OPENERS = {
    "apsw.Connection": "migrations/opening.py",
    "adbc.connect": "migrations/opening_arrow.py",
    "sqlite3.connect": "none",
}
ENDLESS = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i FROM n"


def calls(file):
    """Yield what a program calls, as it is written."""
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Call):
            yield ast.unparse(node.func)


def test_nothing_else_opens_a_database():
    files = [path for top in ("flows", "tasks", "verification", "migrations")
             for path in sorted((TOP / top).rglob("*.py"))]  # fmt: skip
    opened = {
        (str(file.relative_to(TOP)), call)
        for file in files
        for call in calls(file)
        if call in OPENERS or call.endswith(("dbapi.connect", ".connect_arrow", "dbapi2.connect"))
    }

    assert opened == {(OPENERS[call], call) for call in ("apsw.Connection", "adbc.connect")}


@pytest.fixture
def hostile(tmp_path):
    """Make a database whose schema is a script that its maker could run."""

    def make(script):
        path = tmp_path / "hostile.db"
        maker = apsw.Connection(str(path))
        maker.config(apsw.SQLITE_DBCONFIG_ENABLE_FTS3_TOKENIZER, 1)
        maker.execute(script).fetchall()
        maker.close()
        return path

    return make


@pytest.mark.parametrize(
    ("script", "said"),
    [
        ("CREATE VIEW v AS SELECT load_extension('/tmp/evil')", "unsafe use of load_extension"),
        ("CREATE VIEW v AS SELECT fts3_tokenizer('simple')", "unsafe use of fts3_tokenizer"),
        ("CREATE VIEW v AS SELECT writefile('/tmp/evil', 'x')", "no such function: writefile"),
        ("CREATE VIEW v AS SELECT * FROM dbstat", 'unsafe use of virtual table "dbstat"'),
        ("CREATE VIEW v AS SELECT hex(zeroblob(900000000))", "string or blob too big"),
        (f"CREATE VIEW v AS {ENDLESS}", "interrupted"),
    ],
)
def test_a_view_cannot_reach_out_of_its_database_nor_go_on_without_end(hostile, script, said):
    connection = connect(hostile(script))
    bound(connection, FEW_STEPS)
    with pytest.raises(apsw.Error, match=said):
        for _ in connection.execute("SELECT * FROM v"):
            pass


def test_a_trigger_cannot_go_on_without_end_and_leaves_nothing_behind(hostile):
    script = (
        f"CREATE TABLE t (i); CREATE TRIGGER r AFTER INSERT ON t BEGIN INSERT INTO t {ENDLESS}; END"
    )
    connection = connect(hostile(script))
    bound(connection, FEW_STEPS)
    with pytest.raises(apsw.InterruptError):
        connection.execute("INSERT INTO t VALUES (1)")
    with pytest.raises(apsw.InterruptError):  # once over, it stays so
        connection.execute(ENDLESS).fetchall()

    assert connect(hostile("SELECT 1")).execute("SELECT COUNT(*) FROM t").get == 0


@pytest.mark.parametrize(
    "statement",
    [
        "ATTACH '{folder}/made.db' AS made",
        "VACUUM INTO '{folder}/made.db'",
        "SELECT load_extension('{folder}/made.db')",
        "PRAGMA writable_schema = ON; UPDATE sqlite_schema SET sql = 'x'",
        "DROP TABLE words_data",
    ],
)
def test_statements_cannot_either(tmp_path, statement):
    connection = connect(tmp_path / "index.db")
    connection.execute("CREATE VIRTUAL TABLE words USING fts5 (word)").fetchall()
    with pytest.raises(apsw.Error):
        connection.execute(statement.format(folder=tmp_path)).fetchall()

    assert not (tmp_path / "made.db").exists()


def test_what_may_be_attached_may_be_read_and_not_made(tmp_path):
    connect(tmp_path / "other.db").execute("CREATE TABLE t (x)").fetchall()
    connection = connect(tmp_path / "index.db", attached=1)
    connection.execute("ATTACH ? AS other", (str(tmp_path / "other.db"),)).fetchall()

    assert connection.execute("SELECT COUNT(*) FROM other.t").get == 0
    with pytest.raises(apsw.ReadOnlyError):
        connection.execute("INSERT INTO other.t VALUES (1)")


def test_a_candidate_may_be_undefended_for_a_while(tmp_path):
    connection = connect(tmp_path / "index.db")
    with undefended(connection):
        off = connection.pragma("journal_mode", "OFF")
    connection.pragma("writable_schema", True)

    assert (off, connection.pragma("writable_schema")) == ("off", 0)


def test_damaged_cells_are_looked_for(tmp_path):
    assert connect(tmp_path / "index.db").pragma("cell_size_check") == 1


def test_arrow_trusts_no_schema_and_loads_nothing(hostile):
    database = hostile("CREATE VIEW v AS SELECT load_extension('/tmp/evil')")
    with connect_arrow(str(database)) as connection, connection.cursor() as cursor:
        for pragma, value in (("trusted_schema", 0), ("cell_size_check", 1)):
            cursor.execute(f"PRAGMA {pragma}")
            assert cursor.fetchone() == (value,)
        with pytest.raises(Exception, match=r"unsafe use of load_extension|not authorized"):
            cursor.execute("SELECT * FROM v")


@pytest.mark.parametrize(
    "script",
    [
        f"CREATE VIEW symbols AS {ENDLESS}",
        "CREATE VIRTUAL TABLE Refs USING fts5 (name)",
        "CREATE TABLE files (path TEXT, size AS (length(hex(zeroblob(500000000)))))",
    ],
    ids=["a view", "a virtual table", "a generated column"],
)
def test_arrow_reads_nothing_of_an_index_but_plain_tables(hostile, script):
    with pytest.raises(adbc.DataError, match=r"no plain table of an index: (symbols|Refs|files)"):
        connect_arrow(str(hostile(script)))


def test_arrow_is_asked_for_plain_tables_alone():
    queries = [
        *TOP.glob("verification/differences/*.sql"),
        *TOP.glob("verification/tables/*.sql"),
        *TOP.glob("tasks/store/queries/export_*.sql"),
        *TOP.glob("tasks/store/queries/lake_*.sql"),
    ]
    words = {
        word
        for query in queries
        for word in re.findall(r"^(?:\w+ )*(?:FROM|JOIN) (\w+)", query.read_text(), re.MULTILINE)
    }

    assert words == {*READ, "json_each"}


def test_a_legacy_schema_whose_text_says_more_than_one_statement_makes_nothing(tmp_path):
    legacy, made = tmp_path / "legacy.db", tmp_path / "made.db"
    maker = sqlite3.connect(legacy)
    maker.execute("CREATE TABLE symbols (name TEXT)")
    maker.execute("PRAGMA writable_schema = ON")
    maker.execute(
        "UPDATE sqlite_schema SET sql = sql || ?",
        (f"; ATTACH '{made}' AS m; CREATE TABLE m.t AS SELECT 1; {ENDLESS}",),
    )
    maker.commit()
    maker.close()
    with pytest.raises(apsw.CorruptError, match="malformed database schema"):
        take_inventory(legacy, ("symbols",), {}, QueueNames(), ())

    assert not made.exists()


@pytest.mark.parametrize(
    "statement",
    [f"CREATE TABLE symbols AS {ENDLESS}", "CREATE TABLE symbols (x); ATTACH 'made.db' AS m"],
)
def test_consumer_code_that_makes_tables_is_not_run_to_a_bad_end(tmp_path, monkeypatch, statement):
    monkeypatch.chdir(tmp_path)
    legacy = tmp_path / "legacy.db"
    connect(legacy).execute("CREATE TABLE symbols (name TEXT)").fetchall()
    (tmp_path / "code").mkdir()
    (tmp_path / "code/make.sql").write_text(f"{statement};\nSELECT name FROM symbols;\n")
    inventory = take_inventory(legacy, ("symbols",), {}, QueueNames(), (tmp_path / "code",))

    assert "SELECT name FROM symbols" in {path.statement for path in inventory.search.code_paths}
    assert not (tmp_path / "made.db").exists()
