"""Prefect's UI is a view: what its server does not take stops no run."""

import json
import logging

import pytest

from tests.flows.test_flag_day import ask_prefect

FINDING = {
    "check_id": "V-001",
    "title": "A <promise> | kept",
    "severity": "fail",
    "offences": 2,
    "not_applicable": None,
}


@pytest.fixture
def reports(tmp_path):
    content = {"verdict": "failed", "findings": [FINDING], "summary": {"outcomes": []}}
    (tmp_path / "verification.json").write_text(json.dumps(content))
    return tmp_path


@pytest.fixture
def day(prefect):  # noqa: ARG001 -- Prefect reads its environment once
    """Run a function as a flow; return the id of its run."""
    from prefect import flow, runtime  # noqa: PLC0415 -- as above

    def run(show):
        @flow
        def shown():
            show()
            return runtime.flow_run.id

        return shown()

    return run


def test_what_prefect_refuses_stops_nothing_and_is_told(day, reports, caplog):
    from tasks.prefect_ui import progress_bar, show_link  # noqa: PLC0415 -- imports Prefect

    def refused():
        show_link("NOT A KEY", reports, "a link")
        progress_bar("NOT A KEY", "parts")(1, 2)

    with caplog.at_level(logging.WARNING, "flagday"):
        day(refused)
    said = [line for line in caplog.messages if line.startswith("not shown in Prefect error=")]

    assert len(said) == 2


def test_a_failed_verdict_names_the_broken_promises_whatever_they_are_made_of(
    day, reports, prefect
):
    from tasks.prefect_ui import show_reports  # noqa: PLC0415 -- imports Prefect

    run = day(lambda: show_reports(reports))
    of_run = {"flow_run_id": {"any_": [run]}, "key": {"any_": ["flag-day-verdict"]}}
    (shown,) = ask_prefect(prefect, "artifacts", artifacts=of_run)

    assert shown["data"] == (
        "# failed\n\n1 of 1 promises are broken.\n\n- **V-001** A &lt;promise> \\| kept"
    )
