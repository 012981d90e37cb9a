"""A clock that jumps between runs and in their midst: order, locks and prunes stay right.

That ids ascend whatever a clock does, tests/tasks/store/test_generations.py holds in `make test`.
"""

import json
from pathlib import Path

import pytest

from tasks.store.audit_check import problems
from tests.torture import IS_LONG
from tests.torture.conftest import IDLE, PLAN

JUMPS = (0, 400, -400, 30, 0)  # days ahead
KEEP = 2
MOST_S = 60  # of a step, whatever the clock says

pytestmark = pytest.mark.skipif(not IS_LONG, reason="long: a part of make torture")


@pytest.fixture
def kept(victim):
    """The victim, with two backups kept."""
    plan = victim.folder / "flagday.toml"
    plan.write_text(f"{PLAN}\n[backup]\nkeep = {KEEP}\n")
    yield victim
    plan.write_text(PLAN)


def backups(victim):
    return sorted(path.name for path in Path(f"{victim.db}.backups").glob("*"))


def test_runs_between_jumps_of_the_clock_succeed_in_order_and_prune_the_oldest(kept):
    made, generations = [], []
    for jump in JUMPS:
        name, before = kept.change(), backups(kept)

        assert kept.paused(2, ahead=jump).go_on() == 0, kept.said()
        assert kept.answers(name)[1:] == (1, "ok")
        assert kept.beside() == ["audit.head", "lock"]
        made += sorted(set(backups(kept)) - set(before))
        generations.append(kept.db.resolve().name)

    lines = Path(f"{kept.db}.audit.jsonl").read_text().splitlines()
    done = [json.loads(line)["action"] for line in lines[-3 * len(JUMPS) :]]

    assert generations[0][:4] < generations[1][:4]  # the clock did jump
    assert generations == sorted(generations)
    assert (len(made), backups(kept)) == (len(JUMPS), made[-KEEP:])
    assert done.count("cut over") >= len(JUMPS)


@pytest.mark.parametrize("jump", [400, -400])
def test_the_lock_of_a_run_holds_against_a_run_of_another_time(kept, jump):
    name = kept.change()
    first = kept.paused(7, ahead=jump)
    second = kept.start()
    refused, said = second.wait(), kept.said()

    assert (refused, "another run has" in said) == (3, True)
    assert (first.go_on(), kept.answers(name)[1:]) == (0, (1, "ok"))


@pytest.mark.parametrize("step", [4, 9, 13])
@pytest.mark.parametrize("jump", [400, -400])
def test_a_run_whose_clock_jumps_in_its_midst_is_done_and_so_is_the_next(kept, jump, step):
    before = kept.db.resolve().name
    for ahead, jumps in ((jump, step), (0, None)):
        name = kept.change()

        assert kept.paused(2, ahead, jumps).go_on() == 0, kept.said()
        assert kept.answers(name)[1:] == (1, "ok")
        assert kept.beside() == IDLE
    took_s = [each["took_s"] for each in kept.results()["steps"]]

    assert kept.db.resolve().name > before
    assert all(0 <= each < MOST_S for each in took_s)
    assert problems(kept.db) == []
