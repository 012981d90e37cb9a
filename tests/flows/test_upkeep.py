"""``doctor`` and ``maintain`` from outside: what they print, exit codes, and what they move."""

import json
import os
from pathlib import Path
from types import SimpleNamespace

import pytest
from jsonschema import Draft202012Validator

import verification
from flows.maintenance import maintenance
from tasks.companion.opening import open_or_begin
from tasks.companion.place import companion_of
from tasks.store import audit, quarantine
from tasks.store.generations import folder_of
from tests import damage

SCHEMA = json.loads(
    (Path(verification.__file__).parent / "schemas/doctor.schema.json").read_text("utf-8")
)
SOURCE = 'def f():\n    """Do it."""\n    return g()\n'


@pytest.fixture(scope="module")
def begun(built):
    """A bench with an index over one root, private to its owner."""
    built.folder.chmod(0o755)
    built.begin(src={"a.py": SOURCE, "b.c": "int f(void) { return 1; }\n"})
    return built


@pytest.fixture
def index(indexed):
    """The index in service."""
    return indexed.db


@pytest.fixture
def doctor(command, index):
    return lambda *words: command("doctor", *words, "--db", index)


def test_the_doctor_finds_what_a_flag_day_left_healthy_and_then_stale_and_then_damaged(
    doctor, index, indexed
):
    quick, close = doctor(), doctor("--full", "--json")
    (indexed.folder / "src/a.py").write_text(SOURCE * 2)
    stale = doctor("--json")
    damage.in_tree_pages(index.resolve(), 1)
    damaged = doctor("--json")
    reports = [json.loads(out) for _, out, _ in (close, stale, damaged)]

    assert (quick[0], quick[1].split("\n")[0]) == (0, f"healthy  {index}, quick examination")
    assert [code for code, *_ in (close, stale, damaged)] == [0, 7, 8]
    assert [report["health"] for report in reports] == ["healthy", "stale", "damaged"]
    assert [list(Draft202012Validator(SCHEMA).iter_errors(report)) for report in reports] == [
        [],
        [],
        [],
    ]


def test_files_whose_names_are_not_utf_8_make_no_index_stale(bench, command):
    odd = {os.fsdecode(name): SOURCE for name in (b"b\xff.py", b"b\xff.min.js")}
    bench.write(src={"a.py": SOURCE, **odd})
    bench.folder.chmod(0o755)
    bench.run("src", exclude=["*.min.js"])
    examined = [command("doctor", *words, "--db", bench.db) for words in ((), ("--full",))]

    assert [(code, out.split("\n")[0]) for code, out, _ in examined] == [
        (0, f"healthy  {bench.db}, quick examination"),
        (0, f"healthy  {bench.db}, full examination"),
    ]


def test_a_finding_is_told_with_why_it_matters_and_what_to_do(doctor, index):
    os.truncate(index, 0)
    code, out, _ = doctor()

    assert code == 8
    assert out[out.index("\ndamaged integrity: ") :] == (
        f"\ndamaged integrity: {index} is corrupt: it is empty: 0 bytes\n"
        "  why:  Answers may be wrong, or missing.\n"
        f"  next: Rebuild it from content with `flagday run ROOT… --db {index}`, which quarantines "
        "the damaged file and deletes nothing.\n"
    )


def test_the_doctor_sets_a_damaged_index_aside_on_demand_alone(doctor, index, indexed):
    index.resolve().write_bytes(damage.TEXT)
    looked = doctor()
    is_there = index.exists()
    code, _, err = doctor("--quarantine")
    (kept,) = quarantine.found(index)
    gone = doctor()
    indexed.run("src")

    assert (looked[0], is_there, code, gone[0]) == (8, True, 8, 3)
    assert f"quarantined as {kept}\nback: {quarantine.way_back(kept)}\n" in err
    assert kept.read_bytes() == damage.TEXT
    assert indexed.where("f") == [("src", "a.py", 1), ("src", "b.c", 1)]
    assert {"quarantine", "doctor --quarantine"} <= {line.action for line in audit.lines(index)}


def test_what_is_not_damaged_is_not_set_aside(doctor, index):
    code, _, err = doctor("--quarantine")

    assert code == 3
    assert f"the bytes of {index} are whole: there is nothing to quarantine" in err
    assert index.exists()


def test_an_index_that_is_not_there_is_refused(command, tmp_path):
    code, out, err = command("doctor", "--db", tmp_path / "index.db")

    assert (code, out) == (3, "")
    assert "there is no index at" in err


def test_on_a_network_file_system_a_run_warns_and_index_and_companion_keep_a_rollback_journal(
    indexed, command, monkeypatch, caplog
):
    share = SimpleNamespace(mountpoint="/", fstype="nfs4")
    monkeypatch.setattr("psutil.disk_partitions", lambda **_: [share])
    with caplog.at_level("WARNING", logger="flagday"):
        indexed.run("src")
    open_or_begin(indexed.db).close()
    code, out, _ = command("doctor", "--db", indexed.db)
    databases = (indexed.db, companion_of(indexed.db))
    modes = [indexed.rows("PRAGMA journal_mode", db) for db in databases]

    assert f"{indexed.db} lies on nfs4, a network file system" in caplog.text
    assert modes == [[("delete",)], [("delete",)]]
    assert (code, out.count("it lies on nfs4, a network file system")) == (7, 1)


def test_maintenance_prints_its_chores_and_what_it_freed(command, index):
    left = folder_of(index) / ".unfinished.x"
    left.mkdir()
    (left / "copy.db").write_bytes(b"x" * 1000)
    _, dry, _ = command("maintain", "--dry-run", "--db", index)
    is_there = left.exists()
    code, out, _ = command("maintain", "--db", index)
    _, again, _ = command("maintain", "--json", "--db", index)

    assert (code, is_there, left.exists()) == (0, True, False)
    assert dry.splitlines()[-1] == "1,000 bytes would be freed"
    assert out.splitlines()[-1] == "1,000 bytes freed"
    assert [(chore["name"], chore["freed_bytes"]) for chore in json.loads(again)] == [
        ("old generations", 0),
        ("folders of killed commands", 0),
        ("backups", 0),
        ("reports", 0),
    ]


def test_maintenance_runs_as_a_flow_with_plain_parameters(index):
    chores = maintenance(db=str(index), is_dry_run=False)

    assert [(chore.name, chore.freed_bytes) for chore in chores] == [
        ("old generations", 0),
        ("folders of killed commands", 0),
        ("backups", 0),
        ("reports", 0),
    ]
    assert audit.lines(index)[-1].action == "maintain"
