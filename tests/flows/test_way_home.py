"""From the command: a flag day, the way back, and the record of both."""

import hashlib
import json
import os
import re
import shlex
import stat
import sys
from pathlib import Path

import apsw
import pyrage
import pytest

from flows.cli import main
from flows.roll_back import roll_back
from tasks.errors import PreconditionFailed, StepFailed
from tasks.read_plan import read_plan
from tasks.store import audit, generations
from tasks.store.audit import log_of
from tasks.store.audit_check import problems
from tasks.store.lock import only_one
from tests.legacy import v4

SOURCE = "def f():\n    return g()\n"


def digest(path):
    return hashlib.sha256(path.read_bytes()).hexdigest()


def modes(folder):
    return {stat.S_IMODE(path.stat().st_mode) for path in folder.rglob("*") if path.is_file()}


@pytest.fixture
def command(monkeypatch, capsys, tmp_path):
    """Run a flagday command in an empty folder; return its exit code, stdout and stderr."""
    monkeypatch.chdir(tmp_path)

    def run(*words):
        monkeypatch.setattr(sys, "argv", ["flagday", *map(str, words)])
        try:
            main()
            code = 0
        except SystemExit as ended:
            code = ended.code or 0
        said = capsys.readouterr()
        return code, said.out, said.err

    return run


@pytest.fixture
def legacy(tmp_path):
    return v4(tmp_path / "index.db")


def test_after_the_first_flag_day_roll_back_gives_readers_the_legacy_bytes(bench):
    v4(bench.db)
    before, names = digest(bench.db), bench.rows("SELECT name FROM symbols_fts")
    bench.write(src={"a.py": SOURCE})
    bench.run("src")
    new = digest(bench.db)
    roll_back(read_plan(None, {"db": bench.db}), None)

    assert (new != before, digest(bench.db)) == (True, before)
    assert bench.rows("SELECT name FROM symbols_fts") == names


def test_a_flag_day_is_on_record_in_the_log_and_in_the_index(bench):
    v4(bench.db)
    before = digest(bench.db)
    bench.write(src={"a.py": SOURCE})
    bench.run("src", rehearse=True)
    bench.run("src")
    new = digest(bench.db)

    assert [(line.action, line.result, line.digest) for line in audit.lines(bench.db)] == [
        ("rehearse", "started", None),
        ("rehearse", "done", None),
        ("run", "started", None),
        ("back up", "done", before),
        ("cut over", "started", before),
        ("cut over", "done", new),
        ("run", "done", None),
    ]
    assert problems(bench.db) == []
    assert bench.rows("SELECT action, result FROM audit_log ORDER BY line") == [
        ("rehearse", "started"),
        ("rehearse", "done"),
        ("run", "started"),
        ("back up", "done"),
        ("cut over", "started"),
    ]


def test_the_record_in_the_index_survives_the_next_flag_day(indexed):
    indexed.run("src")

    assert indexed.rows("SELECT line, action, result FROM audit_log ORDER BY line") == [
        (1, "run", "started"),
        (2, "cut over", "started"),
        (3, "cut over", "done"),
        (4, "run", "done"),
        (5, "run", "started"),
        (6, "back up", "done"),
        (7, "cut over", "started"),
    ]


def test_a_refused_and_a_failed_run_are_on_record_with_the_bytes_that_stayed(indexed):
    bench = indexed
    before = digest(bench.db)
    with pytest.raises(PreconditionFailed):
        bench.run("gone")
    bench.write(src={"b.py": SOURCE * 20_000})
    with pytest.raises(StepFailed):
        bench.run("src", limits={"parse_timeout_s": 1e-6, "max_failed_files": 0})
    refused, _, failed = audit.lines(bench.db)[-3:]

    assert (refused.result, refused.digest) == ("refused", before)
    assert "gone does not exist" in refused.detail["why"]
    assert (failed.result, failed.digest) == ("failed", before)
    assert digest(bench.db) == before


def test_the_plan_says_how_many_backups_stay_and_where_and_reports_of_how_many_runs(indexed):
    bench, ran = indexed, []
    folder = bench.folder / "kept"
    for number in range(3):
        bench.write(src={"a.py": SOURCE * (number + 2)})
        kept = {"backup": {"keep": 2, "folder": folder}, "reports": {"keep": 2}}
        ran.append(bench.run("src", rehearse=number == 1, **kept).artifacts)
    names = [path.name for path in folder.iterdir()]

    assert len(names) == 2
    assert f"index.db.{bench.db.readlink().stem}.zst" in names
    assert sorted(ran[0].parent.iterdir()) == ran[1:]


def test_a_flag_day_without_backups_leaves_no_way_back(bench):
    v4(bench.db)
    bench.write(src={"a.py": SOURCE})
    bench.run("src", backup={"keep": 0})
    with pytest.raises(PreconditionFailed, match="no backup"):
        roll_back(read_plan(None, {"db": bench.db}), None)

    assert bench.where("f") == [("src", "a.py", 1)]


def test_below_a_linked_folder_what_a_run_replaces_goes_as_well(bench):
    (bench.folder / "real").mkdir()
    (bench.folder / "link").symlink_to("real")
    for text in ("a = 1\n", "b = 2\n"):
        bench.write(src={"a.py": text})
        bench.run("src", db=bench.folder / "link" / "index.db", backup={"keep": 0})

    assert len(list((bench.folder / "real" / "index.db.generations").glob("*.db"))) == 1


def test_an_index_that_was_moved_aside_stays_until_a_backup_holds_it(indexed):
    bench, moved = indexed, indexed.folder / "moved.db"
    before = digest(bench.db)
    bench.db.rename(moved)
    for source in (SOURCE * 2, SOURCE * 3):  # the second is backed up, and goes
        bench.write(src={"a.py": source})
        bench.run("src")

    assert digest(moved) == before
    assert generations.old(bench.db) == [moved.resolve()]


def test_a_backup_that_cannot_be_written_stops_the_cut_over(bench):
    v4(bench.db)
    before = digest(bench.db)
    bench.write(src={"a.py": SOURCE})
    (bench.folder / "file").touch()
    with pytest.raises(PreconditionFailed, match="cannot be written"):
        bench.run("src", backup={"folder": bench.folder / "file" / "backups"})

    assert (bench.db.is_symlink(), digest(bench.db)) == (False, before)


def test_everything_that_holds_rows_is_private_and_reports_follow_the_umask(indexed):
    bench, before = indexed, os.umask(0o022)
    try:
        workspace = bench.run("src")
    finally:
        os.umask(before)
    generation = bench.db.resolve()

    assert stat.S_IMODE(generation.stat().st_mode) == 0o600
    assert modes(bench.folder / "index.db.backups") == {0o600}
    assert stat.S_IMODE(log_of(bench.db).stat().st_mode) == 0o600
    assert modes(workspace.artifacts) == {0o644}


def test_the_backups_and_the_log_of_an_index_inside_of_a_root_are_no_files_of_it(bench):
    bench.write(src={"a.py": SOURCE})
    bench.run("src", db=bench.folder / "src" / "index.db")
    bench.run("src", db=bench.folder / "src" / "index.db")

    assert bench.rows("SELECT path FROM files", bench.folder / "src" / "index.db") == [("a.py",)]


def test_backup_prints_the_file_and_restore_brings_it_back(command, legacy):
    before = digest(legacy)
    code, out, _ = command("backup", "--db", legacy)
    connection = apsw.Connection(str(legacy))
    connection.execute("DELETE FROM notes")
    connection.close()
    foretold = command("restore", out.strip(), "--db", legacy, "--dry-run")[2]
    restored, _, said = command("restore", out.strip(), "--db", legacy)
    *_, newest = sorted((legacy.parent / "index.db.backups").iterdir())

    assert (code, restored, digest(legacy)) == (0, 0, before)
    assert foretold.startswith(f"would be in service as {legacy}: v4, ")
    assert "\nwhat is in service now would be backed up first, into " in foretold
    assert [line.split(",")[0] for line in said.splitlines()] == [
        "in service: v4",
        "what was in service",
        "warning: code that was written for v5 breaks on it",
        f"next: `flagday doctor --db {legacy}` examines it; `flagday audit --db {legacy}` tells "
        "what was done",
    ]
    assert f", v4, is kept: `flagday restore {newest} --db {legacy}` brings it back\n" in said


def test_the_command_of_the_way_home_is_spelled_as_a_shell_reads_it(command, tmp_path):
    (tmp_path / "sp ace").mkdir()
    index = v4(tmp_path / "sp ace" / "index.db")
    _, backup, said = command("backup", "--db", index)
    _, _, told = command("restore", backup.rstrip("\n"), "--db", index)
    *_, replaced = sorted((index.parent / "index.db.backups").iterdir())
    proposed = [re.findall(r"`(flagday restore .*?)`", text) for text in (said, told)]

    assert [shlex.split(line) for (line,) in proposed] == [
        ["flagday", "restore", backup.rstrip("\n"), "--db", str(index)],
        ["flagday", "restore", str(replaced), "--db", str(index)],
    ]


def test_a_damaged_backup_is_refused_with_the_names_of_the_others(command, legacy):
    bad, good = (command("backup", "--db", legacy)[1].strip() for _ in range(2))
    Path(bad).write_bytes(b"damaged")
    code, _, said = command("restore", bad, "--db", legacy)

    assert code == 3
    assert f"next: Beside it are {good} (v4): `flagday restore FILE` brings one back." in said


def test_where_there_is_nothing_to_go_back_to_it_is_said_why(command, legacy):
    none = command("roll-back", "--db", legacy)[2]
    backup = command("backup", "--db", legacy)[1].strip()
    another = command("roll-back", "--db", legacy)[2]

    assert f"No run has put {legacy} there, and none has replaced anything." in none
    assert f"It has {backup} (v4): `flagday restore FILE` brings one back." in another


def test_of_the_first_run_it_is_said_that_nothing_was_before(command, tmp_path):
    (tmp_path / "index.db.generations").mkdir()
    index = v4(generations.candidate_of(tmp_path / "index.db", "1"))
    generations.switch(tmp_path / "index.db", index)
    kept_none = command("roll-back", "--db", tmp_path / "index.db")[2]
    act = audit.Act("cut over", detail={"run": "1", "before": "nothing"})
    audit.append(tmp_path / "index.db", act, audit.Result.DONE)
    first = command("roll-back", "--db", tmp_path / "index.db")[2]

    assert "None was kept, or it was deleted" in kept_none
    assert "There is none: this was the first run, and nothing was in service before" in first


def test_a_backup_goes_where_it_is_asked_to(command, legacy, tmp_path):
    code, out, _ = command("backup", "--db", legacy, "--to", "mine.zst")

    assert (code, out) == (0, f"{tmp_path}/mine.zst\n")
    assert not (tmp_path / "index.db.backups").exists()


def test_a_backup_takes_no_place_of_the_index_itself(command, legacy, tmp_path):
    code, _, said = command("backup", "--db", legacy, "--to", "index.db.companion.db")

    assert (code, "belongs to the index" in said) == (2, True)
    assert not (tmp_path / "index.db.companion.db").exists()


def test_the_plan_names_recipients_and_a_flag_names_the_key(command, legacy, tmp_path):
    before, key = digest(legacy), pyrage.x25519.Identity.generate()
    recipient = str(key.to_public())
    (tmp_path / "flagday.toml").write_text(f'[backup]\nrecipients = ["{recipient}"]\n')
    (tmp_path / "key").write_text(str(key))
    _, out, _ = command("backup", "--db", legacy)
    legacy.unlink()
    refused, _, said = command("restore", out.strip(), "--db", legacy)
    code, _, _ = command("restore", out.strip(), "--db", legacy, "--identity", "key")

    assert out.endswith(".zst.age\n")
    assert (refused, "--identity FILE" in said) == (3, True)
    assert (code, digest(legacy)) == (0, before)


@pytest.mark.parametrize("words", [["backup"], ["roll-back"], ["restore", "gone.zst"]])
def test_where_there_is_nothing_it_is_said_and_nothing_is_left(command, tmp_path, words):
    code, _, said = command(*words, "--db", tmp_path / "index.db")

    assert code == 3
    assert "there is no database" in said or "No such file" in said
    assert list(tmp_path.iterdir()) == []


def test_audit_prints_one_line_an_entry_and_json_the_whole(command, legacy):
    command("backup", "--db", legacy)
    code, out, _ = command("audit", "--db", legacy)
    _, whole, _ = command("audit", "--db", legacy, "--json")

    assert code == 0
    assert out.split("\t")[2:5] == ["back up", "done", digest(legacy)[:12]]
    assert [line["action"] for line in json.loads(whole)["lines"]] == ["back up"]
    assert json.loads(whole)["problems"] == []


def test_audit_tells_of_what_began_and_never_ended(command, legacy):
    audit.begin(legacy, audit.Act("run", detail={"run": "a-run"}))
    (line,) = audit.lines(legacy)
    code, _, said = command("audit", "--db", legacy)
    with only_one(legacy):
        _, whole, beside = command("audit", "--db", legacy, "--json")

    assert (code, json.loads(whole)["unended"]) == (0, [1])
    assert said.startswith(
        f"line 1: run a-run began at {line.at[:19]} and has no end on record: it was killed\n"
    )
    assert "it was killed, or is under way\n" in beside


def test_audit_finds_an_edited_line(command, legacy):
    command("backup", "--db", legacy)
    command("backup", "--db", legacy)
    sound = command("audit", "--db", legacy, "--check")[0]
    log = log_of(legacy)
    log.write_text(log.read_text().replace("back up", "back pu", 1))
    code, _, said = command("audit", "--db", legacy, "--check")

    assert (sound, code) == (0, 3)
    assert "line 1 was changed" in said


def test_migrations_are_on_record_in_the_log_and_in_the_index(command, legacy):
    before = digest(legacy)
    command("migrate", "up", "--db", legacy)
    command("migrate", "down", "--to", "4", "--db", legacy)
    refused = command("migrate", "down", "--to", "5", "--db", legacy)[0]
    log = audit.lines(legacy)

    assert refused == 3
    assert [(line.action, line.result) for line in log] == [
        ("migrate up --to 5", "started"),
        ("migrate up --to 5", "done"),
        ("migrate down --to 4", "started"),
        ("migrate down --to 4", "done"),
        ("migrate down --to 5", "started"),
        ("migrate down --to 5", "refused"),
    ]
    assert (log[0].digest, log[1].detail) == (before, {"from": 4, "to": 5})
    assert log[3].digest == digest(legacy)
    assert problems(legacy) == []
