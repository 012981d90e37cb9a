"""Step 4: drop the legacy tables and all that depends on them, in the candidate (§5.2)."""

from dataclasses import replace

import apsw

from tasks.contracts import Candidate, IndexInService, Workspace
from tasks.errors import StepFailed
from tasks.step import step
from tasks.store import generations
from tasks.store.connection import open_candidate
from tasks.timing import log
from verification.inventory.dependents import drop_statement
from verification.inventory.model import Inventory
from verification.inventory.survivors import broken_objects


@step(4, "drop legacy tables")
def drop_legacy_tables(
    workspace: Workspace, service: IndexInService, inventory: Inventory
) -> Candidate:
    """Copy the index in service, and drop the inventory's closure in its order.

    Raises StepFailed where something outside of the closure would break.
    """
    candidate = Candidate(generations.candidate_of(service.path, workspace.run_id))
    generations.start(service.path, candidate.database)
    connection = open_candidate(candidate.database)
    broken_before = broken_objects(connection)
    for dependent in inventory.closure:
        statement = drop_statement(dependent)
        if statement:
            _drop(connection, statement)
    broken = {k: why for k, why in broken_objects(connection).items() if k not in broken_before}
    connection.close()
    if broken:
        raise StepFailed(
            "outside of the drop closure these would break: "
            + "; ".join(f"{name} ({why})" for name, why in sorted(broken.items())),
            next_step="Name them in legacy.tables, or drop them first. "
            "The index in service is unchanged.",
        )
    generations.compact(candidate.database)
    log.info("dropped objects=%d", len(inventory.closure))
    return replace(candidate, dropped=tuple(item.name for item in inventory.closure))


def _drop(connection: apsw.Connection, statement: str) -> None:
    try:
        connection.execute(statement)
    except apsw.Error as error:
        raise StepFailed(
            f"{statement} failed: {error}",
            next_step="Read the inventory's drop closure. The index in service is unchanged.",
        ) from error
