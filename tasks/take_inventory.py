"""Step 2: what depends on the legacy tables, before any change (§1.2)."""

from functools import cache

import apsw

from migrations import runner
from migrations.catalogue import migrations
from tasks import repository
from tasks.contracts import IndexInService, Workspace
from tasks.errors import StepFailed
from tasks.plan import Plan
from tasks.step import step
from tasks.timing import log
from verification.inventory import take
from verification.inventory.model import Inventory
from verification.report import write_inventory


@step(2, "take inventory")
def take_inventory(plan: Plan, workspace: Workspace, service: IndexInService) -> Inventory:
    """List code paths, drop closure, queues and counts; commit the list before any change.

    Raises StepFailed where a code path cannot be classified and the plan does not accept it.
    """
    inventory = take.take_inventory(
        service.path if service.location.exists() else None,
        plan.legacy.tables,
        superseded(service.version),
        plan.legacy.queues,
        plan.code,
    )
    write_inventory(inventory, workspace.artifacts)
    if plan.commit:
        repository.commit(workspace.artifacts, "Take the inventory before the flag day")
    unclassified = [path for path in inventory.code_paths if not path.is_classified]
    if unclassified and not plan.accept_unclassified:
        first = unclassified[0]
        raise StepFailed(
            f"{len(unclassified)} code paths cannot be classified, the first at "
            f"{first.root}/{first.file}:{first.line}",
            next_step=f"Read {workspace.artifacts}/inventory.md; mend them, or accept them with "
            "accept_unclassified = true. The index in service is unchanged.",
        )
    log.info(
        "inventory closure=%d code_paths=%d", len(inventory.closure), len(inventory.code_paths)
    )
    return inventory


@cache
def superseded(version: int) -> dict[str, str]:
    """Name the tables and views that schema v5 takes or replaces, each with the reason."""
    newest = apsw.Connection(":memory:")
    runner.apply(newest, migrations()[-1])
    names = dict.fromkeys(_objects(newest), f"schema v{runner.LATEST} has one of this name")
    if 0 < version < runner.LATEST:
        database = apsw.Connection(":memory:")
        runner.up(database, version)
        before = _objects(database)
        runner.up(database)
        gone = before - _objects(database)
        names |= dict.fromkeys(gone, f"schema v{version} had it; v{runner.LATEST} does not")
    return {name: names[name] for name in sorted(names) if name not in _KEPT}


_KEPT = frozenset({"schema_migrations", "runs", "run_steps"})


def _objects(connection: apsw.Connection) -> set[str]:
    found = connection.execute("SELECT name FROM pragma_table_list WHERE type <> 'shadow'")
    return {name for (name,) in found if not name.startswith("sqlite_")}
