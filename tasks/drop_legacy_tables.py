"""Step 4: drop the legacy tables and all that depends on them, in the candidate (§5.2)."""

from contextlib import closing
from dataclasses import replace

from tasks.contracts import Candidate, IndexInService, Workspace
from tasks.errors import StepFailed
from tasks.step import step
from tasks.store import generations
from tasks.store.carrying import Thing, carry_all_but
from tasks.store.connection import open_candidate
from tasks.store.places import is_generation
from tasks.timing import log
from verification.inventory.model import Inventory, Kind
from verification.inventory.survivors import broken_objects


@step(4, "drop legacy tables")
def drop_legacy_tables(
    workspace: Workspace, service: IndexInService, inventory: Inventory
) -> Candidate:
    """Carry the index in service over into a candidate, all but the inventory's closure.

    Raises StepFailed where something outside of the closure would break.
    """
    database = generations.candidate_of(service.path, workspace.run_id)
    candidate = Candidate(database, previous=service.source)
    generations.start(database)
    if service.source:
        carry_all_but(service.source, database, things_of(inventory))
    with closing(open_candidate(database)) as connection:
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
    log.info(_told(len(inventory.closure), of_ours=is_generation(service.path)))
    gone = (item.name for item in inventory.closure if item.kind is not Kind.TRIGGER)
    return replace(candidate, dropped=tuple(gone))


def _told(objects: int, *, of_ours: bool) -> str:
    if not objects:
        return "nothing to drop"
    of = "the previous index" if of_ours else "the legacy tables"
    return f"dropped: {objects} objects of {of}; all else carried over"


def things_of(inventory: Inventory) -> list[Thing]:
    """Return the objects of the drop closure as the schema has them."""
    return [Thing(_type(item.kind), item.name) for item in inventory.closure]


def _type(kind: Kind) -> str:
    return (Kind.TABLE if kind is Kind.FTS_TABLE else kind).value
