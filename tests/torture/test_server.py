"""Prefect's server is killed, or the run that started it: neither leaves the other in the lurch.

A fast round, with a stand-in for the server, is in tests/flows/test_prefect_server.py.
"""

import psutil
import pytest

from tests.torture import IS_LONG
from tests.torture.conftest import all_ended

pytestmark = pytest.mark.skipif(not IS_LONG, reason="long: a part of make torture")


def server_of(run):
    for process in run.below():
        if "prefect_child.py" in " ".join(process.cmdline()):
            return process
    raise AssertionError("the run has no server")


@pytest.mark.parametrize("step", [1, 4, 7, 8, 10, 12, 13])
def test_a_run_whose_server_is_killed_starts_it_again_and_is_done(victim, step):
    name = victim.change()
    run = victim.start(PREFECT_API_URL=None)
    run.wait_for(f"step {step}")
    below, server = run.below(), server_of(run)
    server.kill()
    code = run.wait()

    assert (code, victim.answers(name)[1:], victim.runs_builder()) == (0, (1, "ok"), True)
    assert "Prefect's server has ended, and is started again" in victim.said() or step == 13
    assert all_ended(below) == []


@pytest.mark.parametrize("step", [1, 6, 8, 10])
def test_a_server_ends_with_a_run_that_is_killed(victim, step):
    victim.change()
    run = victim.start(PREFECT_API_URL=None)
    run.wait_for(f"step {step}")
    server = server_of(run)

    assert psutil.pid_exists(server.pid)
    assert all_ended(run.kill()) == []
    assert victim.start(PREFECT_API_URL=None).wait() == 0, victim.said()
