"""Builders and late writers during a whole day."""

import json
import shlex
import subprocess
import sys

import apsw
import psutil
import pytest

from flows.cli.narration import narrated
from tasks.errors import BuilderDown, StepFailed
from tasks.timing import log
from tests.legacy import v4

SOURCE = "def f():\n    return 1\n"
WRITE = "import apsw, sys; apsw.Connection(sys.argv[1]).execute('CREATE TABLE late (x)')"


def commands(log_file, **keys):
    said = {word: ["sh", "-c", f"echo {word} >> {log_file}"] for word in ("stop", "start")}
    return {"kind": "command", "name": "indexer", "settle_s": 0, **said, **keys}


def results_of(bench):
    (folder,) = (bench.folder / ".flagday" / "runs").iterdir()
    return json.loads((folder / "run_results.json").read_text())


def tried(database):
    """Try to write from another process, then to read; return what came of both."""
    writer = subprocess.run(
        [sys.executable, "-c", WRITE, str(database)], capture_output=True, text=True, check=False
    )
    reader = apsw.Connection(str(database), flags=apsw.SQLITE_OPEN_READONLY)
    tables = reader.execute("SELECT COUNT(*) FROM sqlite_schema WHERE name = 'symbols'").get
    reader.close()
    return writer.stderr.strip().rpartition("\n")[2], tables


def kill_keeper_of(database):
    for process in psutil.process_iter(["cmdline"]):
        words = process.info["cmdline"] or []
        if str(database) in words and any(word.endswith("lock_keeper.py") for word in words):
            process.kill()


@pytest.mark.parametrize("is_generation", [False, True], ids=["a plain file", "a generation"])
def test_after_step_3_a_writer_is_refused_up_to_the_cut_over_and_a_reader_reads(
    bench, at_each_step, is_generation
):
    bench.write(src={"a.py": SOURCE})
    if is_generation:
        bench.run("src")
    else:
        v4(bench.db)
    results = at_each_step(lambda: tried(bench.db), first=4)
    bench.run("src")
    refused = ("apsw.BusyError: database is locked", 1)

    assert results == dict.fromkeys(range(4, 14), refused)
    assert tried(bench.db) == ("", 1)


def test_a_builder_that_does_not_start_after_a_good_day_is_told_and_the_new_index_serves(bench):
    bench.write(src={"a.py": SOURCE})
    builder = commands(bench.folder / "log", start=["sh", "-c", "echo broken >&2; exit 1"])
    said = r"the flag day is done, but .* indexer: .* broken"
    with pytest.raises(BuilderDown, match=said) as down:
        bench.run("src", builders=[builder])
    (folder,) = (bench.folder / ".flagday" / "runs").iterdir()

    assert down.value.next_step == (
        "Start them by hand; the next run with the same plan, a rehearsal too, starts them at its "
        f"end as well. The reports are in {folder}."
    )
    assert bench.where("f") == [("src", "a.py", 1)]
    assert results_of(bench)["state"] == "completed"
    assert results_of(bench)["builders_not_started"] == [
        f"indexer: {shlex.join(['sh', '-c', 'echo broken >&2; exit 1'])!r} exited 1: broken"
    ]


def test_a_builder_that_does_not_start_does_not_hide_why_the_day_failed(bench):
    v4(bench.db)
    bench.write(src={"a.py": SOURCE})
    down = commands(bench.folder / "log", start="false")
    stubborn = commands(bench.folder / "log", name="stubborn", stop="false")
    with pytest.raises(StepFailed, match="builder stubborn did not stop: 'false' exited 1"):
        bench.run("src", builders=[down, stubborn])

    results = results_of(bench)
    assert (results["failed_step"], results["builders_not_started"]) == (
        3,
        ["indexer: 'false' exited 1"],
    )


def test_a_lock_that_is_lost_during_the_day_stops_the_cut_over(bench, at_each_step):
    v4(bench.db)
    bench.write(src={"a.py": SOURCE})
    at_each_step(lambda: kill_keeper_of(bench.db), first=4)
    with pytest.raises(StepFailed, match=r"the lock on .* was lost"):
        bench.run("src")

    assert not bench.db.is_symlink()


def test_a_warning_is_told_at_once_and_as_it_is(capsys):
    with narrated():
        log.warning("builder %s was not started again: [no] %s", "a", "markup")

    assert capsys.readouterr().err == "!  builder a was not started again: [no] markup\n"
