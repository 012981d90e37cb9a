"""The same day without the switch: everything is built and proven, and nothing is replaced."""

from prefect import flow

from flows.flag_day import rebuild
from tasks.check_preconditions import check_preconditions
from tasks.contracts import Workspace
from tasks.plan import Plan
from tasks.report import Reported
from tasks.stop_builders import builders_stopped
from tasks.take_inventory import take_inventory


@flow(name="rehearsal", validate_parameters=False)
def rehearsal(plan: Plan, workspace: Workspace) -> Reported:
    """Run steps 1 to 12; the candidate is discarded afterwards."""
    service = check_preconditions(plan, workspace)  # 1
    inventory = take_inventory(plan, workspace, service)  # 2
    with builders_stopped(plan, service):  # 3
        _, reported = rebuild(plan, workspace, service, inventory)  # 4 to 12
    return reported
