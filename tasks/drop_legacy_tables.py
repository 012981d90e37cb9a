"""Step 4: drop the legacy tables and all that depends on them, in the candidate (§5.2)."""

from contextlib import closing
from dataclasses import replace

from tasks.contracts import Candidate, IndexInService, Workspace
from tasks.errors import StepFailed
from tasks.step import step
from tasks.store import generations
from tasks.store.connection import open_candidate
from tasks.store.dropping import Order, drop_all
from tasks.store.places import is_generation
from tasks.timing import log
from verification.inventory.dependents import drop_statement
from verification.inventory.model import Dependent, Inventory, Kind
from verification.inventory.survivors import broken_objects


@step(4, "drop legacy tables")
def drop_legacy_tables(
    workspace: Workspace, service: IndexInService, inventory: Inventory
) -> Candidate:
    """Copy the index in service, and drop the inventory's closure in its order.

    Raises StepFailed where something outside of the closure would break.
    """
    database = generations.candidate_of(service.path, workspace.run_id)
    candidate = Candidate(database, previous=service.source)
    generations.start(service.source, database)
    with closing(open_candidate(candidate.database)) as connection:
        torn = drop_all(connection, map(_order, inventory.closure))
        known = {(flaw.name, flaw.kind) for flaw in inventory.flaws}
        broken = [
            flaw for flaw in broken_objects(connection) if (flaw.name, flaw.kind) not in known
        ]
    if broken:
        raise StepFailed(
            "outside of the drop closure these would break: "
            + "; ".join(f"{flaw.kind} {flaw.name} ({flaw.problem})" for flaw in broken),
            next_step="Name them in legacy.tables, or drop them first. "
            "The index in service is unchanged.",
        )
    generations.compact(candidate.database)
    log.info(_told(len(inventory.closure), len(torn), of_ours=is_generation(service.path)))
    gone = (item.name for item in inventory.closure if item.kind is not Kind.TRIGGER)
    return replace(candidate, dropped=tuple(gone))


def _told(objects: int, torn: int, *, of_ours: bool) -> str:
    if not objects:
        return "nothing to drop"
    of = "the previous index" if of_ours else "the legacy tables"
    return f"dropped, in a copy: {objects} objects of {of}" + (f", {torn} torn out" if torn else "")


def _order(dependent: Dependent) -> Order:
    return Order(dependent.name, drop_statement(dependent))
