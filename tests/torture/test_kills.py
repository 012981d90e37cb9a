"""Kill -9: the index is the old one or the whole new one, and the next run mends the rest."""

import multiprocessing
import os
import random
import re
import shutil
import signal
import tempfile
import time
from fnmatch import fnmatchcase

import psutil
import pytest

from tasks.roots.listing import list_files
from tests.docs import PAGES
from tests.tasks.roots.conftest import repository, write
from tests.torture import IS_LONG, ROUNDS
from tests.torture.conftest import IDLE, all_ended, tables
from verification.commits import Tree
from verification.exclusion import excluded
from verification.listing import list_root

STEPS = range(1, 14) if IS_LONG else (9, 13)
KILLS_A_MEND = 4  # several in a row leave more behind
FILES = 41  # at the least
TRIES = 5  # runs, of which one must be alive when it is to be killed

STAYS = {  # when no run is under way
    ".flagday",
    ".flagday/.gitignore",
    ".flagday/runs",
    ".flagday/runs/<run>",
    "<db>",
    "<db>.audit.jsonl",
    "<db>.backups",
    "<db>.backups/<db>.<run>.zst",
    "<db>.generations",
    "<db>.generations/<run>.db",
    "<db>.generations/<run>.db-shm",
    "<db>.generations/<run>.db-wal",
    "<db>.generations/audit.head",
    "<db>.generations/lock",
    "flagday.toml",
    "running",
    "src",
}
HOLD = """#!/bin/sh
case "$*" in
*ls-files*|*check-ignore*--no-index*|*diff-tree*) ;;
*) exec {git} "$@" ;;
esac
touch {held}
while kill -0 $PPID 2>/dev/null; do sleep 0.05; done
"""


def may_be_left():
    """Return what a kill may leave, as docs/upkeep.md lists it: patterns of names."""
    told = (
        (PAGES / "upkeep.md").read_text().partition("## What a kill leaves")[2].partition("## ")[0]
    )
    rows = (line.split("|")[1] for line in told.splitlines() if line.startswith("| "))
    return [
        name.rstrip("/").rpartition("/")[2] for row in rows for name in re.findall("`(.+?)`", row)
    ]


def unnamed(kinds):
    """Return what of it docs/upkeep.md does not list."""
    patterns = may_be_left()
    return sorted(
        kind
        for kind in kinds - STAYS
        if not any(fnmatchcase(kind.rpartition("/")[2], pattern) for pattern in patterns)
    )


@pytest.fixture(scope="module")
def length_s(victim):
    """How long a run takes from its first step to its end, with what else this machine does now."""
    victim.change()
    run = victim.start()
    run.wait_for("step 1")
    began = time.monotonic()
    run.wait()
    return time.monotonic() - began


def killed(victim, run, before, name):
    """Kill a run; assert what must be true at once. Return its exit code, and what it completed."""
    strays = all_ended(run.kill())
    is_old = victim.digest() == before
    files, found, sound = victim.answers(name)

    assert strays == []
    assert sound == "ok"
    assert is_old or (files >= FILES and found == 1)
    assert unnamed(victim.kinds()) == []
    return run.process.returncode, {} if is_old else tables(victim.db)


def mended(victim, name, completed):
    """Run again; assert that it succeeds with nothing done by hand. Return what it told.

    What the killed run completed is what this one makes of the same sources.
    """
    run = victim.start()
    code, made = run.wait(), tables(victim.db)

    assert code == 0, victim.said()
    assert victim.answers(name)[1:] == (1, "ok")
    assert victim.beside() == IDLE
    assert victim.kinds() <= STAYS
    assert victim.runs_builder()
    assert [table for table, rows in completed.items() if made.get(table) != rows] == []
    return run.said


@pytest.mark.parametrize("step", STEPS)
def test_a_run_that_is_killed_in_a_step_loses_nothing_and_the_next_one_mends_it(victim, step):
    before, name = victim.digest(), victim.change()
    run = victim.start()
    reached = run.wait_for(f"step {step}")
    _, completed = killed(victim, run, before, name)
    said = mended(victim, name, completed)

    assert reached
    if 9 <= step <= 12:
        (told,) = [line for line in said if line.startswith("extracted")]
        resumed, anew = tables(victim.db), victim.start("--no-reuse").wait()
        assert "resumed=0" not in told
        assert (anew, tables(victim.db)) == (0, resumed)


def as_killed(work, temporary):
    """Do some work that puts its temporary files into a folder."""
    tempfile.tempdir = str(temporary)
    work()


@pytest.mark.parametrize(
    "work",
    [
        lambda root: list(list_files(root, frozenset(), 100, ["*.log"])),
        lambda root: list_root(root, (), ["*.log"]),
        lambda root: list_root(root / "in", (), ["*.log"]),
        lambda _: excluded(["in/", "in/a.py"], ["*.log"]),
        lambda root: Tree(root, "HEAD").entries,
    ],
    ids=["builder", "work tree", "folder", "patterns", "commit"],
)
def test_what_is_killed_while_git_works_leaves_no_file(tmp_path, monkeypatch, work):
    root = repository(tmp_path / "r", {"in/a.py": "", ".gitignore": "in/\n"})
    held, temporary = tmp_path / "held", tmp_path / "tmp"
    temporary.mkdir()
    write(tmp_path / "bin", {"git": HOLD.format(git=shutil.which("git"), held=held)})
    (tmp_path / "bin/git").chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}{os.pathsep}{os.environ['PATH']}")
    process = multiprocessing.get_context("fork").Process(
        target=as_killed, args=(lambda: work(root), temporary)
    )
    process.start()
    deadline = time.monotonic() + 20
    while not held.exists() and time.monotonic() < deadline:
        time.sleep(0.01)
    process.kill()
    process.join()

    assert held.exists()
    assert list(temporary.iterdir()) == []


@pytest.mark.parametrize("seed", range(ROUNDS))
def test_a_run_that_is_killed_at_any_moment_loses_nothing(victim, length_s, seed):
    chance, codes = random.Random(seed), []
    while -signal.SIGKILL not in codes and len(codes) < TRIES:
        before, name = victim.digest(), victim.change()
        run = victim.start()
        run.wait_for("step 1")
        time.sleep(chance.uniform(0, length_s / 2 ** len(codes)))
        code, completed = killed(victim, run, before, name)
        codes.append(code)
    if seed % KILLS_A_MEND == 0 or completed:
        mended(victim, name, completed)

    assert codes == [0] * (len(codes) - 1) + [-signal.SIGKILL]  # it may have been at its end


def test_a_worker_that_is_killed_costs_no_content(victim):
    name = victim.change()
    run = victim.start()
    extracts = run.wait_for("step 8")
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline and not (workers := workers_of(run)):
        time.sleep(0.01)
    for worker in workers:
        worker.kill()
    code = run.wait()

    assert extracts
    assert workers
    assert code == 0, victim.said()
    assert victim.answers(name)[1:] == (1, "ok")


def workers_of(run):
    found = []
    for process in run.below():
        try:
            if any("spawn_main" in word for word in process.cmdline()):
                found.append(process)
        except psutil.Error:
            continue
    return found
