"""Kill -9: the index is the old one or the whole new one, and the next run mends the rest."""

import random
import signal
import time

import psutil
import pytest

from tests.torture import IS_LONG, ROUNDS
from tests.torture.conftest import IDLE, all_ended, tables

STEPS = range(1, 14) if IS_LONG else (9, 13)
KILLS_A_MEND = 4  # several in a row leave more behind
FILES = 41  # at the least
TRIES = 5  # runs, of which one must be alive when it is to be killed


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
