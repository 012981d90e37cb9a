"""The protocol. Thirteen steps; either all of them succeed, or nothing has changed."""

from prefect import flow

from tasks.apply_schema import apply_schema
from tasks.check_preconditions import check_preconditions
from tasks.clear_queues import clear_queues
from tasks.contracts import Candidate, IndexInService, Workspace
from tasks.cut_over import cut_over
from tasks.drop_legacy_tables import drop_legacy_tables
from tasks.export import export
from tasks.extract import extract
from tasks.load import load, loading
from tasks.plan import Plan
from tasks.rediscover_roots import rediscover_roots
from tasks.report import Reported, report
from tasks.review import require_consent
from tasks.stop_builders import builders_stopped
from tasks.take_inventory import take_inventory
from tasks.verify import verify
from verification.inventory.model import Inventory


@flow(name="flag day", validate_parameters=False)
def flag_day(plan: Plan, workspace: Workspace) -> Reported:
    """Rebuild the index from content, prove it, and put it in service."""
    service = check_preconditions(plan, workspace)  # 1
    inventory = take_inventory(plan, workspace, service)  # 2
    with builders_stopped(plan, service) as standstill:  # 3
        candidate, reported = rebuild(plan, workspace, service, inventory)  # 4 to 12
        require_consent(plan, workspace, reported)
        standstill.require()
        cut_over(plan, workspace, service, candidate, reported)  # 13
    return reported


def rebuild(
    plan: Plan, workspace: Workspace, service: IndexInService, inventory: Inventory
) -> tuple[Candidate, Reported]:
    """Build a candidate beside the index in service, and prove it."""
    candidate = drop_legacy_tables(workspace, service, inventory)  # 4
    candidate = apply_schema(candidate)  # 5
    candidate = clear_queues(plan, candidate, inventory)  # 6
    discovery = rediscover_roots(plan, workspace, candidate)  # 7
    with loading(candidate) as begun:
        parts = extract(plan, workspace, service, discovery, begun.add)  # 8
        loaded = load(begun, discovery, parts)  # 9
    verdict = verify(plan, workspace, candidate, inventory)  # 10
    exports = export(workspace, candidate, parts)  # 11
    return candidate, report(plan, workspace, candidate, inventory, loaded, verdict, exports)  # 12
