"""No writer while the index is rebuilt, and builders started again, the last one first."""

import logging
import os
import shlex
import signal
import subprocess
import sys
import time
from contextlib import contextmanager

import apsw
import pytest

from tasks import stopping
from tasks.builders.builder import not_started
from tasks.errors import StepFailed
from tasks.plan import CommandBuilder, PidFileBuilder
from tasks.store.stop_record import StopRecord, record_of, stopped
from tests.tasks.builders.conftest import cut, in_background, script, shell

BROKEN = repr(shlex.join(shell("echo broken >&2; exit 1")))
WRITE = "import apsw, sys; apsw.Connection(sys.argv[1]).execute('DELETE FROM symbols')"


@pytest.fixture
def standstill(prefect, database):  # noqa: ARG001 -- it is imported after Prefect is set up
    made = begin(database)
    yield made
    made.end()


def begin(database):
    """Begin as a run does."""
    from tasks.standstill import Standstill  # noqa: PLC0415 -- Prefect is set up by now

    return Standstill(database, StopRecord(database))


@pytest.fixture
def down():
    """What is noted of builders that did not start."""
    noted = []
    token = not_started.set(noted)
    yield noted
    not_started.reset(token)


@pytest.fixture
def log(tmp_path):
    path = tmp_path / "log"
    path.touch()
    return path


def logging_builder(name, log, **keys):
    commands = {word: shell(f"echo {word} {name} >> {log}") for word in ("stop", "start")}
    return CommandBuilder(kind="command", name=name, settle_s=0, **{**commands, **keys})


def daemon(path, **keys):
    waits = {"stop_timeout_s": 20, "settle_s": 0, **keys}
    return PidFileBuilder(kind="pid_file", name="daemon", pid_file=path, **waits)


def stop_for_good(standstill, builder):
    standstill.stop(builder)
    standstill.prove()


def writes(path):
    """Tell whether another process can write to the database."""
    writer = subprocess.run(
        [sys.executable, "-c", WRITE, str(path)], capture_output=True, check=False
    )
    return writer.returncode == 0


@pytest.fixture
def heeded():
    """Signals are heard as they are in a run."""
    before = signal.signal(signal.SIGTERM, stopping.ask)
    yield
    signal.signal(signal.SIGTERM, before)
    stopping.asked.clear()


@pytest.mark.usefixtures("heeded")
def test_who_asks_to_end_while_builders_start_is_heard_when_all_have_started(standstill, log):
    signalling = shell(f"kill -TERM {os.getpid()}; sleep 0.3; echo start b >> {log}")
    standstill.stop(logging_builder("a", log))
    standstill.stop(logging_builder("b", log, start=signalling))
    with pytest.raises(stopping.Stopped):
        standstill.end()

    assert log.read_text().splitlines() == ["stop a", "stop b", "start b", "start a"]


@pytest.mark.usefixtures("heeded")
def test_who_asks_to_end_while_a_stop_command_begins_ends_it(standstill, log, monkeypatch):
    begin_it, begun = subprocess.Popen, []

    def begin_and_signal(*words, **settings):
        process = begin_it(*words, **settings)
        begun.append(process)
        os.kill(os.getpid(), signal.SIGTERM)
        return process

    slow = shell(f"sleep 0.5; echo stop >> {log}")
    builder = logging_builder("a", log, stop=slow, is_running=shell("true"))
    with monkeypatch.context() as patched:
        patched.setattr(subprocess, "Popen", begin_and_signal)
        with pytest.raises(stopping.Stopped):
            standstill.stop(builder)
    standstill.end()
    for process in begun:
        process.wait(timeout=30)

    assert (len(begun), log.read_text()) == (1, "")


def test_a_daemon_that_was_told_to_stop_and_takes_its_time_starts_again(
    standstill, started, pid_file, log
):
    process = started("daemon.py", "tarries")
    with pytest.raises(StepFailed):
        standstill.stop(daemon(pid_file, start=shell(f"echo start >> {log}"), stop_timeout_s=0.2))
    before = log.read_text()
    standstill.end()

    assert (before, process.wait(0), log.read_text()) == ("", 0, "start\n")


def test_a_builder_that_takes_long_to_start_is_named_meanwhile(
    standstill, log, monkeypatch, caplog
):
    monkeypatch.setattr("tasks.standstill._LONG_S", 0.1)
    standstill.stop(logging_builder("quick", log))
    standstill.stop(logging_builder("slow", log, start=["sleep", "0.5"]))
    with caplog.at_level(logging.INFO):
        standstill.end()
    told = [record.waiting for record in caplog.records if hasattr(record, "waiting")]

    assert told == ["starting builder slow"]


def test_a_builder_that_does_not_end_is_told_and_stays_on_record(
    standstill, started, pid_file, database, caplog
):
    started("daemon.py", "ignores")
    with pytest.raises(StepFailed) as refused:
        standstill.stop(daemon(pid_file, start=shell("false"), stop_timeout_s=0.2))
    with caplog.at_level(logging.WARNING):
        standstill.end()

    assert "builder daemon was told to stop: pid" in caplog.text
    assert "was not started again" not in caplog.text
    assert stopped(database) == ["daemon"]
    assert refused.value.next_step == (
        "Stop it by hand, correct its entry in the plan, or raise its stop_timeout_s. Where it "
        "stops after all, the next run starts it again at its end, a rehearsal too: it is on "
        f"record in {record_of(database)}. The index in service is unchanged; what was stopped is "
        "started again."
    )


def test_who_asks_to_end_just_before_builders_start_is_heard_when_they_have(
    standstill, log, monkeypatch
):
    @contextmanager
    def too_late():
        raise stopping.Stopped
        yield

    standstill.stop(logging_builder("a", log))
    with monkeypatch.context() as patched:
        patched.setattr("tasks.standstill.uninterrupted", too_late)
        with pytest.raises(stopping.Stopped):
            standstill.end()

    assert log.read_text().splitlines() == ["stop a", "start a"]


def test_builders_start_again_in_reverse_order(standstill, log):
    for name in ("a", "b"):
        standstill.stop(logging_builder(name, log))
    standstill.prove()
    standstill.end()

    assert log.read_text().splitlines() == ["stop a", "stop b", "start b", "start a"]


def test_only_what_was_stopped_starts_again(standstill, log):
    standstill.stop(logging_builder("running", log))
    standstill.stop(logging_builder("idle", log, is_stopped="true"))
    standstill.end()

    assert log.read_text().splitlines() == ["stop running", "start running"]


def test_what_was_stopped_starts_again_when_a_later_builder_does_not_stop(standstill, log):
    standstill.stop(logging_builder("a", log))
    with pytest.raises(StepFailed, match=r"builder b did not stop: 'false' exited 1"):
        standstill.stop(logging_builder("b", log, stop="false"))
    standstill.end()

    assert log.read_text().splitlines() == ["stop a", "start a"]


def test_a_builder_that_does_not_start_is_told_and_the_others_start(standstill, log, down, caplog):
    standstill.stop(logging_builder("a", log))
    standstill.stop(logging_builder("b", log, start=shell("echo broken >&2; exit 1")))
    with caplog.at_level(logging.WARNING, logger="flagday"):
        standstill.end()

    assert log.read_text().splitlines() == ["stop a", "stop b", "start a"]
    assert down == [f"b: {BROKEN} exited 1: broken"]
    assert [record.message for record in caplog.records] == [
        f"builder b was not started again: {BROKEN} exited 1: broken"
    ]


def test_what_a_killed_run_has_stopped_is_started_by_the_run_after_it(database, log, prefect):  # noqa: ARG001 -- as above
    killed = begin(database)
    for name in ("a", "b"):
        killed.stop(logging_builder(name, log))
    rerun = begin(database)
    for name in ("a", "b", "idle"):
        rerun.stop(logging_builder(name, log, is_stopped="true"))
    left = stopped(database)
    rerun.end()

    assert log.read_text().splitlines() == ["stop a", "stop b", "start b", "start a"]
    assert (left, stopped(database), record_of(database).exists()) == (["a", "b"], [], False)


def test_a_builder_that_does_not_start_stays_on_record(standstill, database, log, down):
    standstill.stop(logging_builder("a", log, start="false"))
    standstill.end()

    assert stopped(database) == ["a"]
    assert len(down) == 1


def test_a_daemon_that_obeys_has_let_go_of_the_database(standstill, started, pid_file):
    process = started("daemon.py")
    standstill.stop(daemon(pid_file))
    standstill.prove()

    assert process.wait(0) == 0


@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM"])
def test_a_daemon_that_ignores_its_signal_is_named_with_its_command(
    standstill,
    started,
    pid_file,
    database,
    name,
):
    process = started("daemon.py", "ignores")
    line = " ".join(script("daemon.py", pid_file, database, "ignores"))
    named = f"pid {process.pid} ({cut(line)})"
    with pytest.raises(StepFailed) as failure:
        standstill.stop(daemon(pid_file, signal=name, stop_timeout_s=0.3))

    assert failure.value.what == (
        f"builder daemon did not stop: 0.3 s after it was told to stop, {named};"
        f" {database} is open for writing in {named}"
    )


@pytest.mark.parametrize("is_told_by", ["its pid file", "its hold on the database"])
def test_a_daemon_that_comes_back_is_named_with_its_command(
    standstill,
    started,
    pid_file,
    is_told_by,
):
    started("supervisor.py")
    before = int(pid_file.read_text())
    if is_told_by == "its pid file":
        builder = daemon(pid_file, stop_timeout_s=0.5, settle_s=2)
    else:
        builder = CommandBuilder(
            kind="command",
            name="daemon",
            stop=f"kill {before}",
            start="true",
            stop_timeout_s=0.5,
            settle_s=2,
        )
    with pytest.raises(StepFailed) as failure:
        stop_for_good(standstill, builder)
    after = int(pid_file.read_text())

    assert after != before
    assert f"pid {after} ({sys.executable} " in failure.value.what


def test_a_stop_command_that_is_misspelt_is_told_from_a_builder_that_does_not_stop(standstill, log):
    with pytest.raises(StepFailed) as failure:
        standstill.stop(logging_builder("a", log, stop="stopp-it now"))

    assert failure.value.what == (
        "builder a did not stop: its stop command 'stopp-it now' cannot be run: "
        "No such file or directory"
    )
    assert failure.value.next_step.startswith("Correct its entry in the plan")


def test_a_writer_that_no_plan_knows_is_named_with_what_can_be_done(
    standstill, database, held_open
):
    pid = held_open(database)
    with pytest.raises(StepFailed, match=rf"is open for writing in pid {pid} \(") as failure:
        standstill.prove()

    assert failure.value.next_step == (
        f"Stop pid {pid}, or have the run do so: `flagday init --dry-run` suggests the entry under "
        "[[builders]]. The index in service is unchanged; what was stopped is started again."
    )


def test_a_stop_command_that_hangs_is_named_after_its_time(standstill, log):
    with pytest.raises(StepFailed, match=r"pid \d+ \('sleep 600'\) took longer than 0\.2 s"):
        standstill.stop(logging_builder("a", log, stop="sleep 600", stop_timeout_s=0.2))
    standstill.end()

    assert log.read_text() == ""


def test_from_the_proof_to_the_end_writers_are_refused_and_readers_read(standstill, database):
    standstill.prove()
    during = writes(database)
    reader = apsw.Connection(str(database), flags=apsw.SQLITE_OPEN_READONLY)
    read = reader.execute("SELECT * FROM symbols").fetchall()
    reader.close()
    standstill.require()
    standstill.end()

    assert (during, read, writes(database)) == (False, [("f",)], True)


def test_a_builder_starts_after_the_lock_is_released(standstill, database, log):
    start = shlex.join([sys.executable, "-c", WRITE, str(database)])
    standstill.stop(logging_builder("a", log, start=start))
    standstill.prove()
    standstill.end()
    reader = apsw.Connection(str(database), flags=apsw.SQLITE_OPEN_READONLY)

    assert reader.execute("SELECT * FROM symbols").fetchall() == []
    reader.close()


def test_a_builder_that_runs_again_at_the_end_of_the_day_is_not_started_a_second_time(
    standstill,
    started,
    pid_file,
    database,
    tmp_path,
):
    started("daemon.py")
    start = f"touch {tmp_path}/second"
    standstill.stop(daemon(pid_file, start=start))
    pid_file.unlink()
    subprocess.run(in_background(script("daemon.py", pid_file, database)), shell=True, check=True)
    while not pid_file.exists():
        time.sleep(0.05)
    standstill.end()

    assert not (tmp_path / "second").exists()
