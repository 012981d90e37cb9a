"""Ctrl-C and kill at any moment: the run ends by its code, and the builder runs again."""

import random
import signal
import time

import pytest

from tests.torture import IS_LONG, ROUNDS
from tests.torture.conftest import all_ended
from tests.torture.test_server import server_of

CODES = {signal.SIGINT: 130, signal.SIGTERM: 143}


MOST_S = 5.0  # from the signal to the end


@pytest.mark.skipif(not IS_LONG, reason="long: a part of make torture")
@pytest.mark.parametrize("sent", sorted(CODES))
@pytest.mark.parametrize("step", range(1, 14))
def test_a_run_ends_within_five_seconds_of_a_signal_in_every_step(victim, step, sent):
    before, name = victim.digest(), victim.change()
    run = victim.start()
    reached = run.wait_for(f"step {step}")
    run.process.send_signal(signal.SIGSTOP)  # a step may be shorter than the look at its processes
    below, began = run.below(), time.monotonic()
    run.process.send_signal(sent)
    code = run.go_on()
    took_s = time.monotonic() - began
    results, is_new = victim.results(), victim.digest() != before

    assert (reached, all_ended(below), victim.runs_builder()) == (True, [], True)
    assert took_s < MOST_S
    if step == 13 and is_new:  # which may be over before the signal comes
        assert victim.answers(name)[1:] == (1, "ok")
        return
    assert (code, is_new) == (CODES[sent], False)
    assert (results["state"], results["failed_step"] >= step) == ("failed", True)
    assert results["failure"] == f"ended by {sent.name} before it was done"
    assert "The index in service is whole" in results["next_step"]


@pytest.mark.skipif(not IS_LONG, reason="long: a part of make torture")
@pytest.mark.parametrize("sent", sorted(CODES))
@pytest.mark.parametrize("step", [3, 8, 12])
def test_a_run_ends_within_five_seconds_of_a_signal_although_prefects_server_hangs(
    victim, step, sent
):
    before, _ = victim.digest(), victim.change()
    run = victim.start(PREFECT_API_URL=None)
    reached = run.wait_for(f"step {step}")
    run.process.send_signal(signal.SIGSTOP)
    below = run.below()
    server_of(run).suspend()
    began = time.monotonic()
    run.process.send_signal(sent)
    code = run.go_on()
    took_s = time.monotonic() - began

    assert (reached, all_ended(below), victim.runs_builder()) == (True, [], True)
    assert (code, victim.digest()) == (CODES[sent], before)
    assert took_s < MOST_S


@pytest.mark.parametrize("seed", range(-(-ROUNDS // 4)))
def test_a_run_that_is_told_to_end_at_any_moment_ends_and_leaves_all_as_it_was(victim, seed):
    chance = random.Random(seed)
    sent = chance.choice(sorted(CODES))
    before, name = victim.digest(), victim.change()
    run = victim.start()
    began = run.wait_for("step 1")
    time.sleep(chance.uniform(0, 4))
    below = run.below()
    run.process.send_signal(sent)
    code = run.wait()
    strays = all_ended(below)
    is_done = code in {0, -sent}  # it was at its end, or Python was at its own
    is_new = victim.answers(name)[1:] == (1, "ok")

    assert (began, strays) == (True, [])
    assert is_new if is_done else code == CODES[sent]
    assert is_done or "The index in service is whole" in victim.said()
    assert victim.runs_builder()
    assert is_new or victim.digest() == before
    assert not [left for left in victim.beside() if left.endswith(".scratch")]
