"""What cannot end well is refused by name, and the index in service keeps every byte."""

import hashlib
import json
import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from types import SimpleNamespace

import apsw
import pytest

from flows.cli import main
from migrations import runner
from tasks import stopping
from tasks.errors import PreconditionFailed, StepFailed
from tasks.load import Loading
from tests.legacy import v4

SOURCE = "def f():\n    return 1\n"


def digest(path):
    return hashlib.sha256(path.read_bytes()).hexdigest()


def test_a_root_that_is_missing_is_refused_before_anything_starts(command, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    code, _, said = command("run", tmp_path / "gone")

    assert code == 3
    assert f"root {tmp_path}/gone does not exist" in said
    assert list(tmp_path.iterdir()) == []


def test_a_root_that_is_a_file_or_empty_is_refused(command, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "file").write_text("x")
    (tmp_path / "empty").mkdir()
    code, _, said = command("run", tmp_path / "file", tmp_path / "empty")

    assert code == 3
    assert "is a file; a root is a folder" in said
    assert "empty is empty" in said


def test_a_folder_in_the_place_of_the_index_is_refused_with_a_file_in_it(command, tmp_path):
    code, _, said = command("run", tmp_path, "--db", tmp_path)

    assert code == 3
    assert f"{tmp_path} is a folder, and the index is a file" in said
    assert f"--db {tmp_path}/index.db" in said


def test_a_plan_with_a_typo_is_refused_with_the_place_and_the_known_keys(
    command, tmp_path, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "flagday.toml").write_text("[limits]\nmax_file_byte = 3\n")
    code, _, said = command("run")

    assert code == 2
    assert "unknown key limits.max_file_byte; did you mean max_file_bytes? (known: " in said


def test_a_root_without_a_name_is_refused_as_it_would_be_the_working_folder(command, tmp_path):
    code, out, said = command("run", "", "--db", tmp_path / "index.db")

    assert (code, out) == (2, "")
    assert "the first [[roots]]: path is empty: name one, or leave it out\n" in said


@pytest.mark.parametrize("db", ["", "a\\u0000b"])
def test_a_question_does_not_take_what_is_no_path_for_the_index_of_the_plan(
    command, tmp_path, monkeypatch, db
):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "flagday.toml").write_text(f'db = "{db}"\n')
    code, out, said = command("stats")

    assert (code, out) == (2, "")
    assert said == (
        "flagday: flagday.toml does not say where the index is: db is no path\n"
        "  next: Correct it, or name the index with --db.\n"
    )


def test_a_database_that_is_no_sqlite_is_refused_and_kept(bench):
    bench.write(src={"a.py": SOURCE})
    bench.db.write_bytes(b"not a database at all" * 100)
    before = digest(bench.db)
    with pytest.raises(PreconditionFailed, match="not an SQLite database"):
        bench.run("src")

    assert digest(bench.db) == before


def test_a_corrupt_database_is_refused_and_kept(bench):
    v4(bench.db)
    bench.write(src={"a.py": SOURCE})
    raw = bytearray(bench.db.read_bytes())
    raw[4096:12288] = os.urandom(8192)
    bench.db.write_bytes(raw)
    before = digest(bench.db)
    with pytest.raises(PreconditionFailed, match="corrupt"):
        bench.run("src")

    assert digest(bench.db) == before


def test_a_database_newer_than_the_tool_is_refused_and_kept(bench):
    connection = apsw.Connection(str(bench.db))
    runner.up(connection)
    connection.execute("UPDATE schema_migrations SET version = 99 WHERE version = 5")
    connection.close()
    bench.write(src={"a.py": SOURCE})
    before = digest(bench.db)
    with pytest.raises(PreconditionFailed, match="v99, newer than this flagday"):
        bench.run("src")

    assert digest(bench.db) == before


def test_a_database_that_a_writer_has_locked_is_refused_and_kept(bench):
    v4(bench.db)
    bench.write(src={"a.py": SOURCE})
    script = (
        "import apsw, sys; c = apsw.Connection(sys.argv[1]); c.execute('BEGIN IMMEDIATE');"
        "print('locked', flush=True); input()"
    )
    writer = subprocess.Popen(
        [sys.executable, "-c", script, str(bench.db)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    writer.stdout.readline()
    before = digest(bench.db)
    with pytest.raises(PreconditionFailed, match=f"pid {writer.pid}"):
        bench.run("src")
    writer.communicate(b"\n")

    assert digest(bench.db) == before


def test_a_part_with_a_turned_bit_stops_the_run_and_the_index_is_kept(indexed, monkeypatch):
    def turn_a_bit(loading, part):
        data = bytearray(part.path.read_bytes())
        data[len(data) // 2] ^= 1
        part.path.write_bytes(data)
        add(loading, part)

    before = digest(indexed.db)
    add = Loading.add
    monkeypatch.setattr(Loading, "add", turn_a_bit)
    with pytest.raises(StepFailed, match="arrow does not hold the bytes that were written to it"):
        indexed.run("src")

    assert digest(indexed.db) == before


def test_a_disk_without_room_is_a_failed_precondition(bench, monkeypatch):
    bench.write(src={"a.py": SOURCE})
    full = SimpleNamespace(total=0, used=0, free=0)
    monkeypatch.setattr("shutil.disk_usage", lambda _: full)
    with pytest.raises(PreconditionFailed, match="MiB free"):
        bench.run("src")


def test_room_for_the_backup_is_a_precondition_too(indexed, monkeypatch):
    bench = indexed
    bytes_of_index = bench.db.resolve().stat().st_size
    scarce = SimpleNamespace(total=0, used=0, free=2 * bytes_of_index + (64 << 20))
    monkeypatch.setattr("shutil.disk_usage", lambda _: scarce)
    with pytest.raises(PreconditionFailed, match="MiB free"):
        bench.run("src")
    monkeypatch.undo()
    monkeypatch.setattr("shutil.disk_usage", lambda _: scarce)
    monkeypatch.setattr("tasks.rediscover_roots._require_space", lambda *_: None)

    assert bench.run("src", backup={"keep": 0}).artifacts.exists()


@pytest.mark.parametrize(("sent", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_an_interrupted_run_ends_with_its_code_and_leaves_the_index_as_it_was(indexed, sent, code):
    bench = indexed
    before = (bench.db.readlink(), digest(bench.db))
    bench.write(src={f"m{n}.py": SOURCE * (300 + n) for n in range(300)})
    command = [sys.executable, "-c", "from flows.cli import main; main()", "run", "src"]
    with subprocess.Popen(
        [*command, "--db", str(bench.db), "--workers", "1"],
        cwd=bench.folder,
        stderr=subprocess.PIPE,
        start_new_session=True,
    ) as run:
        for line in run.stderr:
            if b"7 rediscover roots" in line:
                break
        time.sleep(0.3)
        run.send_signal(sent)
        said = run.stderr.read().decode()
        run.wait(timeout=30)

    assert (run.returncode, (bench.db.readlink(), digest(bench.db))) == (code, before)
    assert "stopping …\n" in said
    assert "The index in service is whole" in said


@pytest.fixture
def signals():
    """Give the signals back to whom they belonged, and forget those that came."""
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)
    stopping.asked.clear()


def be_terminated():
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(60)


@pytest.mark.usefixtures("signals")
def test_a_signal_that_a_library_takes_for_an_error_of_its_own_is_still_told(monkeypatch, capsys):
    def serialise():
        try:
            be_terminated()
        except BaseException as error:
            raise ValueError("cannot be serialised") from error

    monkeypatch.setitem(main.__globals__, "all_commands", lambda: lambda *_, **__: serialise())
    with pytest.raises(SystemExit) as ended:
        main()

    assert ended.value.code == 143
    assert "terminated. The index in service is whole" in capsys.readouterr().err


@pytest.mark.usefixtures("signals")
def test_a_signal_that_is_lost_ends_the_run_at_its_next_step(indexed, monkeypatch):
    bench = indexed
    before = digest(bench.db)

    def lose_it_and_run():
        with suppress(stopping.Stopped):
            be_terminated()
        bench.run("src", artifacts=bench.folder / "reports")

    monkeypatch.setitem(
        main.__globals__, "all_commands", lambda: lambda *_, **__: lose_it_and_run()
    )
    with pytest.raises(SystemExit) as ended:
        main()
    results = json.loads((bench.folder / "reports/run_results.json").read_text())

    assert (ended.value.code, digest(bench.db)) == (143, before)
    assert (results["state"], results["failed_step"]) == ("failed", 1)
    assert results["failure"] == "ended by SIGTERM before it was done"
    assert results["next_step"].startswith("Run again when you like. The index in service is whole")


def test_a_root_whose_files_are_all_ignored_stops_the_day(bench, command):
    bench.write(src={"a.py": SOURCE, ".gitignore": "/*\n"})
    code, _, said = command("run", bench.folder / "src", "--db", bench.db)

    assert code == 4
    assert "src: .gitignore leaves out every file" in said
    assert not bench.db.exists()


def test_a_root_without_a_file_of_a_known_language_makes_an_index_without_symbols(bench):
    bench.write(src={"notes.txt": "by hand\n"})
    bench.run("src")

    assert bench.rows("SELECT path, outcome FROM files") == [("notes.txt", "skipped")]
    assert bench.rows("SELECT COUNT(*) FROM asts") == [(0,)]
