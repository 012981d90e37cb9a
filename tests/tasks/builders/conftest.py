"""Builders of our own making, real processes all of them; none of them outlives its test."""

import os
import shlex
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import apsw
import psutil
import pytest

FAKES = Path(__file__).with_name("fakes")


def script(name, *words):
    """Return the words that run a fake."""
    return [sys.executable, str(FAKES / name), *map(str, words)]


def cut(line):
    """Return a command line as messages show it."""
    return line if len(line) <= 120 else f"{line[:119]}…"


def in_background(words):
    """Return the shell command that starts a fake and does not wait for it."""
    return f"{shlex.join(words)} &"


def shell(text):
    """Return the words that have a shell read a text."""
    return ["sh", "-c", text]


def forever(folder):
    """Return the words that run a process without end, known by its folder."""
    return [sys.executable, "-c", "import time; time.sleep(600)", str(folder)]


def of_this_test(folder):
    """Return the processes whose command line names a folder."""
    found = psutil.process_iter(["cmdline"])
    return [p for p in found if any(str(folder) in word for word in p.info["cmdline"] or ())]


@pytest.fixture(autouse=True)
def stray(tmp_path):
    """End what is left of the processes that name this test's folder, by their ids."""
    yield
    for process in of_this_test(tmp_path):
        with suppress(psutil.NoSuchProcess):
            process.kill()
            process.wait(10)


@pytest.fixture
def database(tmp_path):
    path = tmp_path / "index.db"
    connection = apsw.Connection(str(path))
    connection.execute("CREATE TABLE symbols (name); INSERT INTO symbols VALUES ('f')").fetchall()
    connection.close()
    return path


@pytest.fixture
def pid_file(tmp_path):
    return tmp_path / "builder.pid"


@pytest.fixture
def started(pid_file, database):
    """Start a fake, and wait until it is ready."""
    groups = []

    def start(name, *manners):
        words = script(name, pid_file, database, *manners)
        process = subprocess.Popen(words, stdout=subprocess.PIPE, start_new_session=True)
        groups.append(process)
        assert process.stdout.readline() == b"ready\n"
        return process

    yield start
    for process in groups:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.communicate()


@pytest.fixture
def units(tmp_path, monkeypatch):
    """A folder with the states of systemd's units, and systemctl on PATH that believes them."""
    folder = tmp_path / "units"
    folder.mkdir()
    monkeypatch.setenv("UNITS", str(folder))
    monkeypatch.setenv("MAIN_PID", str(os.getpid()))
    monkeypatch.setenv("PATH", f"{FAKES}:{os.environ['PATH']}")
    return folder
