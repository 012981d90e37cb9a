"""The whole day on databases of other makes: verified, or exactly what was there before."""

import hashlib
import json
import subprocess
import sys
from contextlib import closing

import apsw
import pytest
from click.testing import CliRunner

from flows.cli.commands import all_commands
from tasks.errors import PreconditionFailed, StepFailed, VerdictFailed
from tests.shapes import shape
from tests.tasks.store.test_untouched import KILLED
from verification.report import read_flaws

SOURCE = "def f():\n    return g()\n"


def state(path):
    """Digest and time of an index and of whatever lies beside it but the log of who did what."""
    return {
        file.name: (hashlib.sha256(file.read_bytes()).hexdigest(), file.stat().st_mtime_ns)
        for file in path.parent.glob(f"{path.name}*")
        if file.is_file() and file.suffix != ".jsonl"
    }


def findings(workspace, *checks):
    said = json.loads((workspace.artifacts / "verification.json").read_text())["findings"]
    return {
        item["check_id"]: [row["name"] + ": " + row["problem"] for row in item["evidence"]]
        for item in said
        if item["check_id"] in checks
    }


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("damaged_search", {"notes": [(1, "kept")]}),
        ("v5_names", {"notes": [(7, "KEPT")]}),
        ("cycles", {"notes": [("one", 3), ("seven", 5)]}),
        ("search", {"notes_fts": [("body of a note",)], "search_notes": []}),
        ("no_module", {"embeddings_chunks": [(1, b"\0\xff")]}),
    ],
)
def test_a_foreign_index_becomes_v5_and_keeps_what_is_not_legacy(bench, name, kept):
    shape(name, bench.db)
    bench.write(src={"a.py": SOURCE, "copy.py": SOURCE})
    workspace = bench.run("src")

    assert bench.where("f") == [("src", "a.py", 1), ("src", "copy.py", 1)]
    assert {table: bench.rows(f"SELECT * FROM {table}") for table in kept} == kept
    assert findings(workspace, "V-055") == {"V-055": []}


def test_what_was_broken_before_is_reported_and_does_not_stop_the_day(bench):
    shape("views", bench.db)
    bench.write(src={"a.py": SOURCE})
    workspace = bench.run("src")

    assert findings(workspace, "V-052", "V-056") == {
        "V-052": [],
        "V-056": [
            "broken: no such table: main.long_gone",
            "broken_too: no such table: main.long_gone",
        ],
    }
    assert bench.rows("SELECT id, state FROM jobs") == [(1, "seen"), (7, "seen")]
    assert [flaw.name for flaw in read_flaws(workspace.artifacts)] == ["broken", "broken_too"]
    assert CliRunner().invoke(all_commands(), ["verify", "--db", str(bench.db)]).exit_code == 0


def test_what_would_break_because_of_the_day_stops_it_by_name(bench):
    shape("v5_names", bench.db)
    with closing(apsw.Connection(str(bench.db))) as connection:
        connection.execute("CREATE VIEW hint AS SELECT note FROM notes INDEXED BY files_by_content")
    bench.write(src={"a.py": SOURCE})
    before = state(bench.db)
    with pytest.raises(StepFailed, match=r"view hint \(no such index: files_by_content\)"):
        bench.run("src")

    assert state(bench.db) == before


THEIRS = (
    "CREATE TABLE symtbl (name TEXT); CREATE TABLE files (path TEXT); CREATE TABLE notes (a);"
    "INSERT INTO files VALUES ('a.c'); INSERT INTO notes VALUES ('kept')"
)


def test_a_table_that_goes_by_its_name_stops_the_day_unless_the_plan_names_some_that_are_there(
    bench, command
):
    with closing(apsw.Connection(str(bench.db))) as connection:
        connection.execute(THEIRS)
    bench.write(src={"a.py": SOURCE})
    before = state(bench.db)
    refused, _, why = command("run", "src", "--db", bench.db)

    assert (refused, state(bench.db)) == (3, before)
    assert "has none of legacy.tables (symbols, refs), yet files would go" in why
    (bench.folder / "flagday.toml").write_text('[legacy]\ntables = ["symtbl"]\n')
    code, _, told = command("run", "src", "--db", bench.db)
    assert (code, f"files of {bench.db} go, too, which the plan does not name" in told) == (0, True)
    assert bench.rows("SELECT a FROM notes") == [("kept",)]
    assert bench.rows("SELECT name FROM sqlite_schema WHERE name = 'symtbl'") == []


def test_a_database_of_another_make_without_a_legacy_table_stays_whole_and_that_is_told(
    bench, command
):
    with closing(apsw.Connection(str(bench.db))) as connection:
        connection.execute("CREATE TABLE symtbl (name TEXT); INSERT INTO symtbl VALUES ('f')")
    bench.write(src={"a.py": SOURCE})
    code, _, told = command("run", "src", "--db", bench.db)

    assert (code, "none of legacy.tables (symbols, refs): all of it stays" in told) == (0, True)
    assert bench.rows("SELECT name FROM symtbl") == [("f",)]


def test_what_only_an_application_can_make_stops_the_day_early_unless_it_goes(bench):
    with closing(apsw.Connection(str(bench.db))) as connection:
        connection.create_collation("theirs", lambda a, b: (a < b) - (a > b))
        connection.create_scalar_function("measured", len, 1, deterministic=True)
        connection.execute(
            "CREATE TABLE symbols (name TEXT COLLATE theirs PRIMARY KEY); CREATE TABLE notes (a);"
            "INSERT INTO symbols VALUES ('f'), ('g'); INSERT INTO notes VALUES ('kept');"
            "CREATE INDEX notes_by_length ON notes (measured(a))"
        )
    bench.write(src={"a.py": SOURCE})
    before = state(bench.db)
    with pytest.raises(PreconditionFailed, match=r"index notes_by_length of notes \(no such func"):
        bench.run("src")

    assert state(bench.db) == before
    bench.run("src", legacy={"tables": ["symbols", "refs", "notes_by_length"]})
    assert bench.rows("SELECT a FROM notes") == [("kept",)]


def test_an_index_full_of_dirt_becomes_v5_and_its_own_dirt_alone_is_carried_over(bench):
    shape("dirty", bench.db)
    bench.write(src={"a.py": SOURCE})
    workspace = bench.run("src")

    assert findings(workspace, "V-007", "V-008", "V-056") == {
        "V-007": [],
        "V-008": [],
        "V-056": [
            "reviews: NULL value in reviews.stars",
            'mismatched: foreign key mismatch - "mismatched" referencing "authors"',
            "reviews: 2 rows refer to no row of authors",
        ],
    }
    assert bench.rows("SELECT author, said FROM reviews") == [
        (1, "good"),
        (404, "by nobody"),
        (405, "by nobody"),
    ]


def test_a_check_that_failed_before_is_held_against_no_index_with_or_without_its_run(bench):
    with closing(apsw.Connection(str(bench.db))) as connection:
        connection.execute(
            "CREATE TABLE settings (v CHECK (v < 5)); PRAGMA ignore_check_constraints = ON;"
            "INSERT INTO settings VALUES (7)"
        )
    bench.write(src={"a.py": SOURCE})
    artifacts = bench.run("src").artifacts
    proven = [
        CliRunner().invoke(all_commands(), ["verify", *run, "--db", str(bench.db)]).exit_code
        for run in ([], [str(artifacts)])
    ]
    artifacts.rename(artifacts.with_name("elsewhere"))
    alone = CliRunner().invoke(all_commands(), ["verify", "--db", str(bench.db)]).exit_code

    assert (proven, alone) == ([0, 0], 0)


def test_asts_without_their_identity_stop_the_day_with_every_reason(bench):
    shape("asts_unenforced", bench.db)
    bench.write(src={"a.py": SOURCE})
    before = state(bench.db)
    with pytest.raises(PreconditionFailed, match=r"does not enforce UNIQUE.*\(aa, 1\) 3 times"):
        bench.run("src")

    assert state(bench.db) == before


@pytest.mark.parametrize("mode", ["delete", "wal"])
def test_a_refused_run_leaves_what_a_killed_writer_left(bench, mode):
    subprocess.run([sys.executable, "-c", KILLED, bench.db, mode], check=False)
    bench.db.with_name("index.db-shm").unlink(missing_ok=True)
    bench.write(src={"a.py": SOURCE})
    before = state(bench.db)
    with pytest.raises(PreconditionFailed, match="gone is not a readable folder"):
        bench.run("src", code=[bench.folder / "gone"])

    assert state(bench.db) == before


@pytest.mark.parametrize("mode", ["delete", "wal"])
def test_what_a_killed_writer_had_committed_is_carried_over(bench, mode):
    subprocess.run([sys.executable, "-c", KILLED, bench.db, mode], check=False)
    bench.write(src={"a.py": SOURCE})
    bench.run("src")

    assert bench.rows("SELECT DISTINCT x FROM t") == [("committed",)]
    assert bench.where("f") == [("src", "a.py", 1)]


def test_an_index_with_names_of_any_kind_becomes_v5(bench):
    shape("names", bench.db)
    bench.write(src={"a.py": SOURCE})
    bench.run("src", legacy={"tables": ["my symbols"]})

    assert bench.rows('SELECT * FROM "größe"') == [(1, "one"), (7, "seven")]
    assert bench.where("f") == [("src", "a.py", 1)]


def test_roots_come_from_the_legacy_database_and_the_inventory_says_so(bench):
    bench.write(src={"a.py": SOURCE})
    with closing(apsw.Connection(str(bench.db))) as connection:
        connection.execute("CREATE TABLE watched (folder TEXT); INSERT INTO watched VALUES ('src')")
    (bench.folder / "flagday.toml").write_text('[legacy]\nroots = "watched.folder"\n')
    workspace = bench.run()

    assert bench.where("f") == [("src", "a.py", 1)]
    assert (
        "The roots are named by the legacy database."
        in (workspace.artifacts / "inventory.md").read_text()
    )


def test_a_candidate_that_lost_symbols_is_not_put_in_service(bench):
    bench.write(src={"a.py": SOURCE, "b.py": "x = 1\n"})
    bench.run("src")
    with closing(apsw.Connection(str(bench.db))) as connection:
        connection.execute(
            "INSERT INTO symbols (ast_id, name, symbol_type, line_number, column_number, end_line)"
            " SELECT ast_id, 'once known', 'function', 1, 9, 1 FROM golden_symbols WHERE name = 'f'"
        )
    before = bench.db.read_bytes()
    with pytest.raises(VerdictFailed, match="V-090") as refused:
        bench.run("src", artifacts=bench.folder / "out")

    assert refused.value.exit_code == 5
    assert "src/a.py (-1)" in (bench.folder / "out" / "verification.md").read_text()
    assert bench.db.read_bytes() == before
