"""Step 2: what depends on the legacy tables, before any change (§1.2)."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Final

import apsw

from migrations import recognition
from tasks import repository
from tasks.carry_analyses import reasons
from tasks.contracts import IndexInService, Shape, Workspace
from tasks.drop_legacy_tables import things_of
from tasks.errors import PreconditionFailed, StepFailed
from tasks.plan import Plan
from tasks.prefect_ui import show_link
from tasks.step import step
from tasks.store.carrying import why_not_made
from tasks.store.refusals import unusable
from tasks.store.untouched import settled_if_any
from tasks.timing import log
from verification.earlier import clear_earlier
from verification.inventory import take
from verification.inventory.gate import Acceptance, Rules, to_mend, unclassified
from verification.inventory.model import Area, Dependent, Inventory, Kind
from verification.inventory.queues import QueueNames
from verification.inventory.schema import folded
from verification.report import write_inventory


@step(2, "take inventory")
def take_inventory(plan: Plan, workspace: Workspace, service: IndexInService) -> Inventory:
    """List code paths, drop closure, queues and counts; commit the list before any change.

    What an earlier run has reported to the same folder goes first: the commit holds this alone.
    Raises PreconditionFailed where what stays cannot be made anew, or what goes is of another make
    and the plan names nothing of it; and StepFailed where a code path cannot be classified and the
    plan does not accept it. An acceptance that is stale is told.
    """
    inventory = inventory_of(plan, service, superseded(service))
    _require_made(service, inventory)
    if service.shape is Shape.FOREIGN:
        _require_named(plan.legacy.tables, service, inventory)
    clear_earlier(workspace.artifacts)
    write_inventory(inventory, workspace.artifacts)
    show_link("flag-day-inventory", workspace.artifacts / "inventory.md", "taken before any change")
    if plan.commit:
        repository.commit(workspace.artifacts, f"Take the inventory before the {workspace.kind}")
    for stale in inventory.search.stale_acceptances:
        log.warning("an acceptance of the plan fits no line any more: %s", stale)
    left = unclassified(inventory.search)
    if left:
        raise StepFailed(
            f"{len(left)} code paths cannot be classified, the first at {left[0].place}",
            next_step=f"Read {workspace.artifacts}/inventory.md; mend them, or accept each one "
            "with a reason in [[inventory.accept]]. The index in service is unchanged.",
        )
    _warn_of_code(inventory, workspace)
    log.info(
        "inventory closure=%d code_paths=%d", len(inventory.closure), len(inventory.code_paths)
    )
    return inventory


def _require_made(service: IndexInService, inventory: Inventory) -> None:
    """Refuse before builders are stopped what step 4 could not carry over."""
    if service.source and (said := why_not_made(service.source, things_of(inventory))):
        raise PreconditionFailed(
            f"what stays cannot be made anew: {'; '.join(said)}",
            next_step="Name the table or the index in legacy.tables, and it goes; or make it anew "
            "without what only its application has. The index in service is unchanged.",
        )


def _require_named(tables: tuple[str, ...], service: IndexInService, taken: Inventory) -> None:
    """Refuse to drop tables of another make for names of v5 alone; warn where others go as well."""
    gone = [item for item in taken.closure if item.kind in {Kind.TABLE, Kind.FTS_TABLE}]
    named, path = ", ".join(tables) or "none", service.path
    if {folded(item.name) for item in taken.closure}.intersection(map(folded, tables)):
        alone = set(superseded(service).values())
        if unnamed := _listed(item for item in gone if item.why in alone):
            log.warning(
                "%s of %s go, too, which the plan does not name: schema v5 takes such names",
                unnamed,
                path,
            )
    elif gone:
        raise PreconditionFailed(
            f"{path} is of another make and has none of legacy.tables ({named}), yet "
            f"{_listed(gone)} would go: schema v5 takes such names",
            next_step="Name the tables of the old index in legacy.tables, these among them; or "
            "name another file with --db for the new index. The index in service is unchanged.",
        )
    else:
        log.warning(
            "%s is of another make and has none of legacy.tables (%s): all of it stays; where it "
            "holds an old index, name its tables there",
            path,
            named,
        )


def _listed(items: Iterable[Dependent]) -> str:
    return ", ".join(item.name for item in items)


def _warn_of_code(inventory: Inventory, workspace: Workspace) -> None:
    """Tell before the long steps what fails the verdict after them."""
    broken = [path for path in to_mend(inventory.search) if path.area is Area.CODE]
    if broken:
        log.warning(
            "%s break on v5, the first at %s: mended by step 10, or the verdict fails; "
            "%s/inventory.md has the forms to use",
            "1 code path would" if len(broken) == 1 else f"{len(broken)} code paths would",
            broken[0].place,
            workspace.artifacts,
        )


def inventory_of(plan: Plan, service: IndexInService, gone: Mapping[str, str]) -> Inventory:
    """Take the inventory that a plan asks for; nothing is changed.

    ``gone`` maps names that go besides the plan's legacy tables to the reason.
    """
    queue_names = QueueNames(plan.legacy.queues, plan.legacy.not_queues)
    try:
        with settled_if_any(service.source) as database:
            inventory = take.take_inventory(
                database, plan.legacy.tables, gone, queue_names, plan.code, rules_of(plan)
            )
    except apsw.InterruptError as error:
        raise unusable(service.path, error) from error
    return replace(inventory, was=described(service), roots_from=plan.roots_from)


def described(service: IndexInService) -> str:
    """Say in words what the database was."""
    if service.damage:
        return f"{service.shape}: {service.damage}"
    return f"{service.form}, {service.shape}" if service.form else str(service.shape)


def rules_of(plan: Plan) -> Rules:
    """Return what the plan says of consumer code; where it says nothing, the usual names."""
    stated = plan.inventory.model_dump(exclude_none=True, exclude={"accept"})
    accept = tuple(Acceptance(a.file, a.line, a.reason) for a in plan.inventory.accept)
    return Rules(accept=accept, **stated)


def superseded(service: IndexInService) -> dict[str, str]:
    """Name whatever has a name that schema v5 takes, and what it replaces, with the reasons.

    Our own record of migrations and runs stays, but for that of migrations from other bytes than
    today's; tables of such names that are not ours go.
    """
    *_, newest = recognition.forms()
    ours = _KEPT.get(service.shape, frozenset())
    names = dict.fromkeys(newest.objects | _RECORDS, f"schema {newest.name} has one of this name")
    if service.form:
        gone = recognition.form_called(service.form).gone
        names |= dict.fromkeys(gone, f"schema {service.form} had it; {newest.name} does not")
        names |= reasons(service)
    return {name: names[name] for name in sorted(names) if name not in ours}


_OF_RUNS: Final = frozenset({"runs", "run_steps", "audit_log"})
_RECORDS: Final = _OF_RUNS | {"schema_migrations"}
_KEPT: Final = {Shape.LINEAGE: _RECORDS, Shape.CHANGED: _OF_RUNS}
