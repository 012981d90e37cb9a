"""A run that somebody has cancelled in Prefect does not cut over."""

import logging
from pathlib import Path

import pytest

from tasks.contracts import Workspace
from tasks.errors import NotApproved
from tasks.plan import Plan

PLAN = Plan()  # no review: the verdict alone decides
WORKSPACE = Workspace(run_id="1", started_at="", artifacts=Path("a"), scratch=Path("s"))


@pytest.fixture
def consent(prefect):  # noqa: ARG001 -- Prefect reads its environment once
    """Ask for consent in a flow run that somebody has put in a state before."""
    from prefect import flow, runtime  # noqa: PLC0415 -- as above
    from prefect.client.orchestration import get_client  # noqa: PLC0415 -- as above
    from prefect.states import State  # noqa: PLC0415 -- as above

    from tasks.review import require_consent  # noqa: PLC0415 -- as above

    def ask(state):
        @flow
        def asking():
            with get_client(sync_client=True) as client:
                client.set_flow_run_state(runtime.flow_run.id, State(type=state), force=True)
            require_consent(PLAN, WORKSPACE, None)

        asking()

    return ask


def ours(caplog):
    """Return what flagday said; Prefect says more, as its level is."""
    return [record.getMessage() for record in caplog.records if record.name == "flagday"]


@pytest.mark.parametrize("state", ["CANCELLING", "CANCELLED"])
def test_a_run_that_was_cancelled_in_prefect_does_not_go_on(consent, state):
    with pytest.raises(NotApproved, match="run 1 was cancelled in Prefect") as refused:
        consent(state)

    assert "The index in service is unchanged" in refused.value.next_step


def test_a_run_that_nobody_has_cancelled_goes_on(consent, caplog):
    consent("RUNNING")

    assert ours(caplog) == []


def test_a_run_of_which_prefect_knows_nothing_goes_on_and_says_so(prefect, caplog):  # noqa: ARG001 -- as above
    from tasks.review import require_consent  # noqa: PLC0415 -- as above

    with caplog.at_level(logging.WARNING, "flagday"):
        require_consent(PLAN, WORKSPACE, None)

    assert ours(caplog)[0].startswith("not known whether the run was cancelled error=")
