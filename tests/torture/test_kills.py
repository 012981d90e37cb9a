"""Kill -9: the index is the old one or the whole new one, and the next run mends the rest."""

import random
import time

import psutil
import pytest

from tests.torture import IS_LONG, ROUNDS
from tests.torture.conftest import IDLE, all_ended

STEPS = range(1, 14) if IS_LONG else (9, 13)
KILLS_A_MEND = 4  # several in a row leave more behind
FILES = 41  # at the least


def killed(victim, run, before, name):
    """Kill a run; assert what must be true at once and after the next run."""
    strays = all_ended(run.kill())
    is_old = victim.digest() == before
    files, found, sound = victim.answers(name)

    assert strays == []
    assert sound == "ok"
    assert is_old or (files >= FILES and found == 1)


def mended(victim, name):
    """Run again; assert that it succeeds with nothing done by hand. Return what it told."""
    run = victim.start()

    assert run.wait() == 0, victim.said()
    assert victim.answers(name)[1:] == (1, "ok")
    assert victim.beside() == IDLE
    assert victim.runs_builder()
    return run.said


@pytest.mark.parametrize("step", STEPS)
def test_a_run_that_is_killed_in_a_step_loses_nothing_and_the_next_one_mends_it(victim, step):
    before, name = victim.digest(), victim.change()
    run = victim.start()
    reached = run.wait_for(f"step {step}")
    killed(victim, run, before, name)
    said = mended(victim, name)

    assert reached
    if 9 <= step <= 12:
        (told,) = [line for line in said if line.startswith("extracted")]
        assert "resumed=0" not in told


@pytest.mark.parametrize("seed", range(ROUNDS))
def test_a_run_that_is_killed_at_any_moment_loses_nothing(victim, seed):
    before, name = victim.digest(), victim.change()
    run = victim.start()
    began = run.wait_for("step 1")
    time.sleep(random.Random(seed).uniform(0, 4))
    killed(victim, run, before, name)
    if seed % KILLS_A_MEND == 0:
        mended(victim, name)

    assert began


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
