"""Step 6: no work of an old builder is left to do (§5.5)."""

from tasks.builders.builder import BuilderFailed
from tasks.builders.deployment import Deployment
from tasks.contracts import Candidate
from tasks.errors import StepFailed
from tasks.plan import DeploymentBuilder, Plan
from tasks.step import step
from tasks.store.connection import open_candidate
from tasks.store.emptying import empty
from tasks.timing import log
from verification.inventory.model import Inventory
from verification.inventory.queues import count, refills

_NEXT = "Drop that trigger, or name its table in legacy.tables. The index in service is unchanged."


@step(6, "clear queues")
def clear_queues(plan: Plan, candidate: Candidate, inventory: Inventory) -> Candidate:
    """Empty every queue of the inventory, and of the plan's deployments.

    Raises StepFailed where one is not empty afterwards, or would be filled by the rows to come.
    """
    connection = open_candidate(candidate.database)
    try:
        before = count(connection, (queue.name for queue in inventory.queues))
        empty(connection, before)
        left = [name for name, rows in count(connection, before).items() if rows]
        filling = list(refills(connection, before))
    finally:
        connection.close()
    if left:
        raise StepFailed(f"queues that fill again: {', '.join(left)}", next_step=_NEXT)
    if filling:
        said = (f"{item.queue} by {item.trigger}, on {item.table}" for item in filling)
        raise StepFailed(f"queues that new rows fill: {'; '.join(said)}", next_step=_NEXT)
    deployments = (item for item in plan.builders if isinstance(item, DeploymentBuilder))
    runs = sum(map(_clear, deployments))
    if before or runs:
        log.info("cleared queues=%d rows=%d flow_runs=%d", len(before), sum(before.values()), runs)
    else:
        log.info("no queues")
    return candidate


def _clear(section: DeploymentBuilder) -> int:
    try:
        return Deployment(section).clear()
    except BuilderFailed as error:
        raise StepFailed(
            f"flow runs of {section.deployment} wait on: {error}",
            next_step="Cancel them by hand. The index in service is unchanged.",
        ) from error
