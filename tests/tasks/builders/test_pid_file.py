"""Builders that write their process id into a file."""

import os
import signal
import subprocess
import sys

import psutil
import pytest

from tasks.builders.builder import BuilderFailed
from tasks.builders.pid_file import PidFile
from tasks.plan import PidFileBuilder
from tests.tasks.builders.conftest import FAKES, cut, in_background, script, shell


@pytest.fixture
def builder(pid_file):
    def make(**keys):
        return PidFile(PidFileBuilder(kind="pid_file", name="daemon", pid_file=pid_file, **keys))

    return make


@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM"])
def test_a_daemon_is_named_with_its_command_until_a_signal_ends_it(
    builder, started, pid_file, database, name
):
    daemon = started("daemon.py")
    stoppable = builder(signal=name)
    before = stoppable.running()
    stoppable.stop()
    psutil.wait_procs([psutil.Process(daemon.pid)], timeout=30)

    words = cut(" ".join(script("daemon.py", pid_file, database)))
    assert (before, stoppable.running()) == (f"pid {daemon.pid} ({words})", "")


def test_a_daemon_that_ignores_its_signal_runs_on(builder, started):
    daemon = started("daemon.py", "ignores")
    stoppable = builder()
    stoppable.stop()

    assert stoppable.running().startswith(f"pid {daemon.pid} ({sys.executable}")


def test_a_daemon_that_takes_its_pid_file_away_and_lingers_runs_on(builder, started, pid_file):
    daemon = started("daemon.py", "ignores")
    stoppable = builder()
    stoppable.stop()
    pid_file.unlink()

    assert stoppable.running().startswith(f"pid {daemon.pid} ")


def test_without_a_pid_file_nothing_runs_and_nothing_is_started(builder, tmp_path):
    stoppable = builder(start=f"touch {tmp_path}/started")
    before = stoppable.running()
    stoppable.stop()
    stoppable.start()

    assert before == ""
    assert not (tmp_path / "started").exists()


def test_a_stale_pid_file_names_nobody(builder, pid_file):
    ended = subprocess.Popen(["true"])
    ended.wait()
    pid_file.write_text(str(ended.pid))

    assert builder().running() == ""


def test_a_process_that_nobody_has_waited_for_runs_no_more(builder, started):
    daemon = started("daemon.py")
    os.kill(daemon.pid, signal.SIGKILL)
    os.waitid(os.P_PID, daemon.pid, os.WEXITED | os.WNOWAIT)

    assert builder().running() == ""


def test_a_process_that_is_younger_than_the_file_has_a_reused_id_and_gets_no_signal(
    builder, started, pid_file
):
    innocent = started("daemon.py")
    os.utime(pid_file, (0, 0))
    stoppable = builder()
    running = stoppable.running()
    stoppable.stop()

    assert (running, innocent.poll()) == ("", None)


def test_a_process_of_another_command_has_a_reused_id_and_gets_no_signal(builder, started):
    innocent = started("daemon.py")
    stoppable = builder(command="indexer --daemon")
    running = stoppable.running()
    stoppable.stop()

    assert (running, innocent.poll()) == ("", None)


def test_a_process_of_the_command_of_the_plan_is_the_builder(builder, started):
    daemon = started("daemon.py")

    assert builder(command=str(FAKES)).running().startswith(f"pid {daemon.pid} ")


@pytest.mark.parametrize(
    "text", ["", "daemon", "-7", "0", "1", pytest.param(str(os.getpid()), id="itself")]
)
def test_a_file_that_names_no_process_of_a_builder_is_refused(builder, pid_file, text):
    pid_file.write_text(text)

    with pytest.raises(BuilderFailed, match="names no process of a builder"):
        builder().stop()


def test_a_daemon_is_started_again_by_the_command_of_the_plan(builder, started, pid_file, database):
    old = started("daemon.py")
    start = in_background(script("daemon.py", pid_file, database)) + (
        f"while grep -qx {old.pid} {pid_file}; do sleep 0.05; done"
    )
    stoppable = builder(start=shell(start))
    stoppable.stop()
    psutil.wait_procs([psutil.Process(old.pid)], timeout=30)
    stoppable.start()

    assert stoppable.running() != ""
    assert int(pid_file.read_text()) != old.pid
