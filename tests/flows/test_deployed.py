"""The flows that deployments run: what they take, and how they say what failed."""

import inspect
import logging
from pathlib import Path

import pytest
import yaml

from tasks.errors import AnotherRun, PreconditionFailed
from tasks.timing import log

HOSTILE, PLAIN = "x\x1b[31m\x9b", "x\\u001b[31m\\u009b"
DEPLOYMENTS = yaml.safe_load(Path(__file__).parents[2].joinpath("prefect.yaml").read_text())


@pytest.mark.parametrize("deployment", DEPLOYMENTS["deployments"], ids=lambda item: item["name"])
def test_a_deployment_of_prefect_yaml_is_a_flow_that_takes_its_parameters(deployment, prefect):  # noqa: ARG001 -- flows are imported after its environment
    from prefect.flows import load_flow_from_entrypoint  # noqa: PLC0415 -- as above

    flow = load_flow_from_entrypoint(deployment["entrypoint"], use_placeholder_flow=False)
    signature = inspect.signature(flow.fn)

    assert deployment["parameters"].keys() <= signature.parameters.keys()
    assert deployment["concurrency_limit"]["limit"] == 1
    assert deployment["tags"][0] == "flagday"


@pytest.mark.parametrize("name", ["flag_day", "rehearsal"])
def test_a_deployed_run_fails_in_the_words_of_the_error_with_what_to_do(bench, name):
    from flows import deployed  # noqa: PLC0415 -- imports Prefect

    state = getattr(deployed, name)(plan_file=str(bench.folder / "no.toml"), return_state=True)

    assert (state.name, state.message) == (
        "Failed",
        f"there is no plan at {bench.folder / 'no.toml'}\n\nnext: Name another.",
    )


def test_a_deployed_run_tells_nothing_that_a_terminal_obeys(prefect):  # noqa: ARG001 -- as above
    from prefect import flow  # noqa: PLC0415 -- as above

    from flows.showing import told  # noqa: PLC0415 -- imports Prefect

    lines = []
    handler = logging.Handler()
    handler.emit = lambda record: lines.append(record.getMessage())
    log.addHandler(handler)

    def run():
        log.warning("root %s is broken", HOSTILE)
        raise PreconditionFailed(f"{HOSTILE} is broken", next_step=f"Mend {HOSTILE}.")

    state = flow(lambda: told(run), name="tells")(return_state=True)
    log.removeHandler(handler)

    assert lines == [f"root {PLAIN} is broken"]
    assert state.message == f"{PLAIN} is broken\n\nnext: Mend {PLAIN}."


@pytest.mark.parametrize(
    ("error", "is_tried_again"),
    [
        (AnotherRun("another run has it", next_step="Wait for it."), True),
        (PreconditionFailed("there is no index", next_step="Name another."), False),
    ],
    ids=["beside a run", "without an index"],
)
def test_upkeep_is_tried_again_beside_a_run_alone(prefect, error, is_tried_again):  # noqa: ARG001 -- as above
    from prefect.states import Failed  # noqa: PLC0415 -- as above

    from flows.maintenance import do_chores  # noqa: PLC0415 -- imports Prefect

    condition = do_chores.retry_condition_fn

    assert condition(do_chores, None, Failed(data=error)) is is_tried_again
