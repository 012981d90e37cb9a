"""A run that is to rebuild only where something has changed since the index was made."""

import fcntl
import os
import subprocess
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import apsw
import pytest

from flows.execution import execute
from tasks import changes
from tasks.errors import AnotherRun, FlagDayError, PreconditionFailed
from tasks.index.cleanup import cleanup_stale
from tasks.lake.sweeping import LOCK
from tasks.read_plan import read_plan
from tasks.store import audit
from tasks.store.lock import only_one
from tasks.store.stop_record import StopRecord
from tasks.upkeep.record import last_digest
from tests.conftest import at_work

FILES = {
    "a.py": "def f():\n    return g()\n",
    "b.js": "const x = () => y();\n",
    "notes.txt": "text",
    "big.py": "x = 1\n" * 100,
}
STAYS = {"roots": ("src", "more")}
OTHER_BYTES = "the index in service has other bytes than those that its run put in service"


@pytest.fixture(scope="module")
def first(built):
    return built.begin(src=FILES, more={"c.py": "def c(): pass\n"})


@pytest.fixture
def indexed(first, built, monkeypatch):  # noqa: ARG001 -- it began
    built.bring_back()
    yield from at_work(built, monkeypatch)


def plan_of(bench, roots=STAYS["roots"], **flags):
    stated = [root if isinstance(root, dict) else {"path": bench.folder / root} for root in roots]
    return read_plan(None, {"roots": stated, "db": bench.db, "workers": 1, **flags})


def why(bench, **stated):
    return changes.first_change(plan_of(bench, **stated), bench.folder / "reports")


def git(folder, *words):
    name = ("-c", "user.name=n", "-c", "user.email=e")
    subprocess.run(["git", *name, *words], cwd=folder, check=True, capture_output=True)


def test_where_nothing_has_changed_no_day_would_make_another_index(indexed):
    assert why(indexed) is None


def test_times_alone_are_no_change(indexed):
    for file in ("a.py", "notes.txt"):
        os.utime(indexed.folder / "src" / file, (1, 1))

    assert why(indexed) is None


def edited(src):
    (src / "a.py").write_text("def f():\n    return h()\n", "utf-8")


def moved(src):
    (src / "a.py").rename(src / "z.py")


def no_text(src):
    (src / "notes.txt").write_bytes(b"\0")


def left_out(src):
    (src / ".git").mkdir()
    (src / ".gitignore").write_text("b.js\n", "utf-8")


def linked(src):
    (src / "link.py").symlink_to("a.py")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (edited, "src/a.py is changed"),
        (moved, "2 files are not what they were; src/a.py is gone"),
        (no_text, "src/notes.txt is changed"),
        (left_out, "2 files are not what they were; src/.gitignore is new"),
        (linked, "src/link.py is new"),
    ],
    ids=lambda value: getattr(value, "__name__", None),
)
def test_what_became_of_the_files_is_a_change(indexed, change, said):
    change(indexed.folder / "src")

    assert why(indexed) == said


@pytest.mark.parametrize(
    ("stated", "said"),
    [
        ({"roots": ("src",)}, "the plan has other roots"),
        ({"roots": ("more", "src")}, "the plan has other roots"),
        ({"exclude": ("*.js",)}, "the plan has other roots, or leaves other files out of them"),
        ({"limits": {"max_file_bytes": 100}}, "src/big.py is changed"),
        ({"code": (Path(),)}, "the plan names consumer code"),
    ],
    ids=str,
)
def test_what_the_plan_says_is_a_change(indexed, stated, said):
    assert why(indexed, **stated).startswith(said)


def test_another_name_of_a_root_is_a_change(indexed):
    named = {"path": indexed.folder / "src", "name": "other"}

    assert why(indexed, roots=(named, "more")).startswith("the plan has other roots")


def forged(bench):
    with closing(apsw.Connection(str(bench.db.resolve()))) as connection:
        connection.execute("UPDATE symbols SET name = 'forged' WHERE name = 'f'")
        connection.pragma("wal_checkpoint(TRUNCATE)")


def cleaned(bench):
    (bench.folder / "src" / "b.js").unlink()
    cleanup_stale(bench.db)


@pytest.mark.parametrize("change", [forged, cleaned], ids=lambda item: item.__name__)
def test_an_index_that_is_not_what_its_run_put_in_service_is_made_again(indexed, change):
    change(indexed)

    assert why(indexed) == OTHER_BYTES


def test_a_forged_index_that_was_restored_is_made_again(indexed, command):
    forged(indexed)
    made = command("backup", "--db", indexed.db)[1].strip()
    code = command("restore", made, "--db", indexed.db)[0]

    assert (code, why(indexed)) == (0, OTHER_BYTES)


def test_an_index_that_was_brought_back_is_that_of_its_run(indexed, command):
    edited(indexed.folder / "src")
    indexed.run(*STAYS["roots"])
    (indexed.folder / "src" / "a.py").write_text(FILES["a.py"], "utf-8")
    before = why(indexed)
    code = command("roll-back", "--db", indexed.db)[0]

    assert (before, code) == ("src/a.py is changed", 0)
    assert why(indexed) is None


def test_an_index_whose_reports_are_gone_is_made_again(indexed, first):
    (first.artifacts / "manifest.json").unlink()

    assert why(indexed) == f"the reports of the run that made it are not in {first.artifacts}"


def test_another_version_of_flagday_makes_it_again(indexed, monkeypatch):
    monkeypatch.setattr(changes, "version", lambda _: "99")

    assert why(indexed).endswith(" made the index in service, and this is 99")


def test_another_parser_makes_it_again(indexed, monkeypatch):
    known = changes.languages()
    other = {**known, "go": replace(known["go"], query=b"")}
    monkeypatch.setattr(changes, "languages", lambda: other)

    assert why(indexed) == "the parser version of go is another"


def test_what_was_killed_is_cleared_up_by_one_day(indexed):
    audit.append(indexed.db, audit.Act("run"), audit.Result.STARTED)
    before = why(indexed)
    indexed.run(*STAYS["roots"])

    assert before == "on record, run has begun and not ended"
    assert why(indexed) is None


def test_a_builder_that_did_not_start_again_is_started_by_a_day(indexed):
    StopRecord(indexed.db).add("indexer")

    assert why(indexed) == "these builders are to be started again: indexer"


@pytest.mark.parametrize("table", ["runs", "roots", "files", "parser_versions"])
def test_an_index_with_a_damaged_page_is_made_again(indexed, command, table):
    with closing(apsw.Connection(str(indexed.db.resolve()))) as connection:
        page = connection.execute("SELECT rootpage FROM sqlite_schema WHERE name = ?", (table,)).get
        size = connection.pragma("page_size")
    with indexed.db.resolve().open("r+b") as file:
        file.seek((page - 1) * size)
        file.write(b"\xff" * size)

    roots = [indexed.folder / root for root in STAYS["roots"]]
    code, _, err = command("run", *roots, "--if-changed", "--db", indexed.db)

    assert (code, "rebuilding: " in err) == (0, True)


def test_an_index_of_another_make_and_none_are_replaced(bench):
    bench.write(src=FILES)
    missing = why(bench, roots=("src",))
    with closing(apsw.Connection(str(bench.db))) as connection:
        connection.execute("CREATE TABLE symbols (name)")

    assert missing == "there is no index yet"
    assert why(bench, roots=("src",)) == "the index in service has no schema v5 of this flagday"


def test_an_index_of_other_bytes_of_the_schema_is_made_again(indexed):
    with closing(apsw.Connection(str(indexed.db.resolve()))) as connection:
        connection.execute("UPDATE schema_migrations SET checksum = 'other' WHERE version = 5")

    assert why(indexed) == "the index in service has no schema v5 of this flagday"


def test_a_damaged_index_is_replaced(indexed):
    os.truncate(indexed.db.resolve(), 5000)

    assert "is corrupt" in why(indexed)


def test_a_legacy_table_that_is_there_is_dropped_by_a_day(bench):
    with closing(apsw.Connection(str(bench.db))) as connection:
        connection.execute("CREATE TABLE Mine (name)")
    bench.write(src=FILES)
    bench.run("src")

    assert why(bench, roots=("src",)) is None
    assert (
        why(bench, roots=("src",), legacy={"tables": ("symbols", "refs", "files", "mine")})
        == "the plan names mine as legacy, and the index still has it"
    )


def test_a_queue_with_rows_is_cleared_by_a_day(bench):
    with closing(apsw.Connection(str(bench.db))) as connection:
        connection.execute("CREATE TABLE index_queue (id INTEGER PRIMARY KEY, path, status)")
        connection.execute("INSERT INTO index_queue VALUES (1, 'a', 'pending')")
    bench.write(src=FILES)
    kept = {"not_queues": ("index_queue",)}
    bench.run("src", legacy=kept)

    assert why(bench, roots=("src",), legacy=kept) is None
    assert (
        why(bench, roots=("src",)) == "a flag day clears queues, and these have rows: index_queue"
    )


def test_contents_that_failed_are_tried_again(bench):
    bench.write(src={"long.py": "def f(): pass\n" * 50_000})
    bench.run("src", limits={"parse_timeout_s": 1e-6})

    assert why(bench, roots=("src",)) == "files whose contents failed, and may not fail again: 1"


def test_a_commit_is_what_it_was_until_its_branch_moves(bench):
    bench.write(src=FILES)
    src = bench.folder / "src"
    git(src, "init", "--initial-branch", "main")
    git(src, "add", ".")
    git(src, "commit", "--message", "m")
    at_main = ({"path": src, "rev": "main"},)
    bench.flags["roots"] = at_main
    bench.run()
    edited(src)  # which nobody has committed
    before = why(bench, roots=at_main)
    git(src, "commit", "--all", "--message", "n")

    assert before is None
    assert why(bench, roots=at_main) == "root src@main is not what it was"


def test_a_root_that_stays_broken_is_no_change_and_one_that_is_mended_is(bench):
    bench.write(src=FILES)
    roots = ("src", {"path": bench.folder / "away", "required": False})
    bench.flags["roots"] = ({"path": bench.folder / "src"}, roots[1])
    bench.run()
    before = why(bench, roots=roots)
    bench.write(away={"d.py": "d = 1\n"})

    assert before is None
    assert why(bench, roots=roots) == "root away is not what it was"


def test_more_broken_roots_than_the_plan_allows_are_a_reason(bench):
    bench.write(src=FILES)
    bench.flags["roots"] = (
        {"path": bench.folder / "src"},
        {"path": bench.folder / "away", "required": False},
    )
    bench.run()
    said = why(bench, roots=bench.flags["roots"], limits={"max_failed_roots": 0})

    assert said.startswith("1 of 2 roots are broken")


def test_that_nothing_has_changed_is_on_record_and_changes_nothing(indexed, first):
    before = last_digest(indexed.db)
    again = indexed.run(*STAYS["roots"], if_changed=True)
    last = audit.lines(indexed.db)[-1]

    assert (again.is_new, again.run_id, again.artifacts) == (False, first.run_id, first.artifacts)
    assert (last.action, last.result, last.detail) == (
        "run",
        "done",
        {"unchanged_since": first.run_id},
    )
    assert last_digest(indexed.db) == before
    assert why(indexed) is None


def test_a_rehearsal_is_done_in_any_case(indexed):
    assert indexed.run(*STAYS["roots"], if_changed=True, rehearse=True).is_new


def test_what_a_day_would_refuse_is_refused(indexed):
    key = indexed.folder / "none.pem"

    with pytest.raises(PreconditionFailed, match="sign_key"):
        indexed.run(*STAYS["roots"], if_changed=True, sign_key=key)


def test_beside_another_run_nothing_is_compared(indexed):
    with only_one(indexed.db), pytest.raises(AnotherRun):
        execute(plan_of(indexed, if_changed=True), is_rehearsal=False)


def test_a_lake_is_brought_up_where_nothing_has_changed(indexed):
    lake = indexed.folder / "lake"
    again = indexed.run(*STAYS["roots"], if_changed=True, lake={"folder": lake})

    assert not again.is_new
    assert list(lake.rglob("*.parquet"))


def test_where_nothing_has_changed_a_folder_that_is_no_lake_is_refused_as_by_a_day(indexed):
    indexed.write(notes={"a.txt": "text"})
    with pytest.raises(PreconditionFailed, match=r"is no lake, and has a\.txt in it"):
        indexed.run(*STAYS["roots"], if_changed=True, lake={"folder": indexed.folder / "notes"})


def test_where_nothing_has_changed_a_lake_that_cannot_be_filled_is_told_without_a_day(indexed):
    lake = indexed.folder / "lake"
    indexed.run(*STAYS["roots"], if_changed=True, lake={"folder": lake})
    with (lake / LOCK).open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with pytest.raises(FlagDayError, match=r"not filled \(no flag day was needed\): another"):
            indexed.run(*STAYS["roots"], if_changed=True, lake={"folder": lake})


def test_the_command_says_that_nothing_has_changed_and_where_the_proof_is(indexed, first, command):
    roots = [indexed.folder / "src", indexed.folder / "more"]
    code, out, err = command("run", *roots, "--if-changed", "--db", indexed.db)

    assert code == 0
    assert "nothing has changed: a flag day would make the index in service again" in err
    assert "index      index.db (unchanged: nothing to rebuild)" in out
    assert f"{first.artifacts.name}/manifest.json" in out


def test_the_command_says_what_has_changed_and_rebuilds(indexed, first, command):
    edited(indexed.folder / "src")
    roots = [indexed.folder / "src", indexed.folder / "more"]
    code, out, err = command("run", *roots, "--if-changed", "--db", indexed.db)

    assert code == 0
    assert "rebuilding: src/a.py is changed" in err
    assert first.artifacts.name not in out
    assert indexed.rows("SELECT name FROM refs WHERE name IN ('g', 'h')") == [("h",)]


def test_a_deployed_day_returns_the_reports_of_the_index_that_stays(indexed, first):
    from flows import deployed  # noqa: PLC0415 -- imports Prefect

    plan = indexed.folder / "flagday.toml"
    plan.write_text(
        'db = "index.db"\nif_changed = true\nworkers = 1\n'
        'roots = [{path = "src"}, {path = "more"}]\n',
        "utf-8",
    )

    assert deployed.flag_day(plan_file=str(plan)) == str(first.artifacts)


def test_a_repository_that_brings_an_index_along_is_not_believed(indexed, command):
    src = indexed.folder / "src"
    home = src / ".flagday"
    home.mkdir()
    (home / "x").touch()
    git(src, "init")
    git(src, "add", "--force", ".")
    code, _, err = command("run", src, "--if-changed", "--db", home / "index.db")

    assert code == 3
    assert "came with its git repository" in err
