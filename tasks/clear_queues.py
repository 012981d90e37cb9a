"""Step 6: no work of an old builder is left to do (§5.5)."""

from tasks.contracts import Candidate
from tasks.errors import StepFailed
from tasks.step import step
from tasks.store.connection import open_candidate, quoted
from tasks.timing import log
from verification.inventory.model import Inventory
from verification.inventory.queues import queues


@step(6, "clear queues")
def clear_queues(candidate: Candidate, inventory: Inventory) -> Candidate:
    """Empty every queue of the inventory. Raises StepFailed where one is not empty afterwards."""
    names = tuple(queue.name for queue in inventory.queues)
    connection = open_candidate(candidate.database)
    present = queues(connection, names)
    for queue in present:
        connection.execute(f"DELETE FROM {quoted(queue.name)}")
    left = [queue.name for queue in queues(connection, names) if queue.rows]
    connection.close()
    if left:
        raise StepFailed(
            f"queues that fill again: {', '.join(left)}",
            next_step="A trigger writes to them; name its table in legacy.tables. "
            "The index in service is unchanged.",
        )
    log.info("cleared queues=%d rows=%d", len(present), sum(queue.rows for queue in present))
    return candidate
