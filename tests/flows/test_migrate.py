"""The command that takes an index up and down the lineage, in place."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import apsw
import pytest

from flows.cli import main
from migrations import runner
from tasks.store.lock import only_one
from tests import legacy

REPOSITORY = Path(__file__).parents[2]


@pytest.fixture
def migrate(monkeypatch, capsys, tmp_path):
    """Run a migrate command on index.db; return its exit code, its results and what it narrated."""

    def run(*words):
        words = ["flagday", "migrate", *words, "--db", str(tmp_path / "index.db")]
        monkeypatch.setattr(sys, "argv", words)
        with pytest.raises(SystemExit) as ended:
            main()
        said = capsys.readouterr()
        return ended.value.code or 0, said.out, said.err

    return run


@pytest.fixture
def db(tmp_path):
    return tmp_path / "index.db"


def tables(db):
    connection = apsw.Connection(str(db), flags=apsw.SQLITE_OPEN_READONLY)
    found = connection.execute(
        "SELECT name FROM pragma_table_list WHERE schema = 'main'"
        " AND type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name"
    ).fetchall()
    connection.close()
    return [name for (name,) in found]


def test_up_to_3_makes_a_v3_database_from_nothing(migrate, db):
    assert migrate("up", "--to", "3") == (0, "applied v1\napplied v2\napplied v3\n", "")
    assert tables(db) == ["files", "schema_migrations", "symbol_kinds", "symbols"]


def test_up_goes_to_the_latest_version_and_changes_no_byte_when_it_is_there(migrate, db):
    code, applied, _ = migrate("up")

    assert (code, applied.split()) == (
        0,
        [word for version in range(1, runner.LATEST + 1) for word in ("applied", f"v{version}")],
    )
    before = {path: path.read_bytes() for path in db.parent.rglob("*") if path.is_file()}
    assert migrate("up") == (0, "", f"nothing to apply: {db} is at v{runner.LATEST}\n")
    assert migrate("down", "--to", "5") == (0, "", f"nothing to revert: {db} is at v5\n")
    assert {path: path.read_bytes() for path in db.parent.rglob("*") if path.is_file()} == before


def test_down_says_what_it_reverted_newest_first(migrate, db):
    migrate("up", "--to", "4")

    assert migrate("down", "--to", "2") == (0, "reverted v4\nreverted v3\n", "")
    assert "definitions" in tables(db)


def test_status_lists_every_version_with_its_state(migrate):
    migrate("up", "--to", "2")
    code, listed, _ = migrate("status")
    header, *lines = listed.splitlines()

    assert code == 0
    assert header.split() == ["version", "title", "state", "applied", "at", "took"]
    assert [line.split()[0] for line in lines] == ["v1", "v2", "v3", "v4", "v5"]
    assert ["applied" in line for line in lines] == [True, True, False, False, False]


def test_status_as_json_has_the_time_that_each_migration_took(migrate):
    migrate("up", "--to", "2")
    code, listed, _ = migrate("status", "--json")
    entries = json.loads(listed)

    assert code == 0
    assert [(entry["version"], entry["state"]) for entry in entries] == [
        (1, "applied"),
        (2, "applied"),
        (3, "pending"),
        (4, "pending"),
        (5, "pending"),
    ]
    assert [type(entry["execution_ms"]) for entry in entries] == [int, int, *[type(None)] * 3]


def test_status_of_a_database_without_a_record_says_what_its_tables_tell(migrate, db):
    legacy.found("v3", db)
    _, listed, _ = migrate("status", "--json")

    assert [entry["state"] for entry in json.loads(listed)] == [
        "superseded",
        "superseded",
        "recognised",
        "pending",
        "pending",
    ]


def test_check_says_that_files_and_index_are_what_they_should_be(migrate):
    migrate("up")

    assert migrate("check") == (0, "5 migrations are what the manifest says\n", "")


REFUSED = [
    ("UPDATE schema_migrations SET checksum = 'other' WHERE version = 2", "from other bytes"),
    ("INSERT INTO schema_migrations VALUES (9, 'later', '', '', 0, '9')", "v9, newer than this"),
]


@pytest.mark.parametrize("words", [("check",), ("up",), ("down", "--to", "1")], ids=" ".join)
@pytest.mark.parametrize(("change", "why"), REFUSED, ids=["tampered", "newer"])
def test_a_database_of_other_migrations_is_refused_and_nothing_is_changed(
    migrate, db, words, change, why
):
    migrate("up", "--to", "3")
    connection = apsw.Connection(str(db))
    connection.execute(change)
    connection.close()
    before = db.read_bytes()
    code, results, said = migrate(*words)

    assert (code, results) == (3, "")
    assert why in said
    assert "Nothing was changed." in said
    assert db.read_bytes() == before


def test_a_database_of_another_make_is_refused_by_the_names_in_the_way(migrate, db):
    legacy.found("foreign", db)
    before = db.read_bytes()
    code, _, said = migrate("up")

    assert code == 3
    assert "has imports, refs_by_name, runs, schema_migrations, symbol_docs already" in said
    assert db.read_bytes() == before


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (("up", "--to", "1"), "the database is at v2, past v1"),
        (("down", "--to", "4"), "the database is at v2, before v4"),
    ],
)
def test_the_wrong_direction_is_refused_with_the_right_command(migrate, words, why):
    migrate("up", "--to", "2")
    code, _, said = migrate(*words)

    assert code == 3
    assert why in said


@pytest.mark.parametrize("words", [("up", "--to", "6"), ("up", "--to", "0"), ("down", "--to", "6")])
def test_a_version_that_there_is_not_is_a_wrong_flag(migrate, db, words):
    code, _, said = migrate(*words)

    assert code == 2
    assert "--to" in said
    assert not db.exists()


@pytest.mark.parametrize("words", [("down", "--to", "0"), ("status",)], ids=" ".join)
def test_where_there_is_no_database_none_is_made(migrate, db, words):
    code, _, said = migrate(*words)

    assert code == 3
    assert "there is no database" in said
    assert not db.exists()


def test_tampered_migration_files_are_refused_before_a_database_is_made(tmp_path, db):
    for package in ("flows", "tasks", "verification", "migrations"):
        shutil.copytree(REPOSITORY / package, tmp_path / package)
    tampered = tmp_path / "migrations" / "v2_definitions.up.sql"
    tampered.write_text(tampered.read_text() + "DROP TABLE notes;\n")
    command = [sys.executable, "-c", "from flows.cli import main; main()", "migrate", "up"]
    ended = subprocess.run(
        [*command, "--db", str(db)], cwd=tmp_path, capture_output=True, text=True, check=False
    )

    assert (ended.returncode, ended.stdout) == (3, "")
    assert "differ from MANIFEST.sha256: v2_definitions.up.sql" in ended.stderr
    assert not db.exists()


def test_no_migration_goes_on_beside_a_run(migrate, db):
    migrate("up")
    before = db.read_bytes()
    with only_one(db):
        code, applied, said = migrate("down", "--to", "4")

    assert (code, applied, db.read_bytes()) == (3, "", before)
    assert f"another run has {db}: pid {os.getpid()}" in said
