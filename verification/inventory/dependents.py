"""The drop closure: all that would break, or lose its source, without some tables."""

from collections.abc import Collection, Mapping

import apsw

from verification.inventory.model import Dependent, Kind
from verification.inventory.references import Links, links
from verification.inventory.schema import SchemaObject, folded, schema_objects

_PHASES = {Kind.TRIGGER: 0, Kind.INDEX: 0, Kind.VIEW: 1, Kind.FTS_TABLE: 2, Kind.TABLE: 3}
_OWNERS = frozenset({Kind.TABLE, Kind.FTS_TABLE, Kind.VIEW})


def drop_closure(connection: apsw.Connection, seeds: Mapping[str, str]) -> tuple[Dependent, ...]:
    """Return the seeds that exist and all that depends on them, in drop order.

    ``seeds`` maps names of tables, views and indexes to the reason why they go; a seed that goes
    for another reason too has both. What goes with its table or view follows it. Nothing is
    executed; the connection may be read-only.
    """
    uses = links(connection, schema_objects(connection))
    members = _closure(uses, {folded(name): why for name, why in seeds.items()})
    owners = {folded(item.name): item.name for item in members if item.kind in _OWNERS}
    ordered = []
    for item in _in_drop_order(uses, members):
        goes_with = None if item.kind in _OWNERS else owners.get(folded(item.table))
        ordered.append(Dependent(item.name, item.kind, members[item], goes_with))
    return tuple(ordered)


def _closure(
    uses: Mapping[SchemaObject, Links], seeds: Mapping[str, str]
) -> dict[SchemaObject, str]:
    """Map the members to the reason why each one goes: the nearest, then the first by name.

    A trigger is no seed: its name lives in a space of its own.
    """
    seeded = {
        item: seeds[folded(item.name)]
        for item in uses
        if item.kind is not Kind.TRIGGER and folded(item.name) in seeds
    }
    members = dict(seeded)
    while True:
        names = {folded(item.name) for item in members if item.kind in _OWNERS}
        whys = {item: _why(link, names) for item, link in uses.items()}
        found = {item: why for item, why in whys.items() if why and item not in members}
        if not found:
            break
        members |= found
    return {
        item: f"{whys[item]}; {why}" if item in seeded and whys[item] else why
        for item, why in members.items()
    }


def _why(link: Links, names: set[str]) -> str:
    """Say why an object goes with ``names``; '' where it does not."""
    if gone := names & link.refers.keys():
        return link.refers[min(gone)]
    if link.fed_by and link.fed_by <= names:
        return f"only triggers on {' and '.join(sorted(link.fed_by))} fill it"
    return ""


def _in_drop_order(
    uses: Mapping[SchemaObject, Links], members: Collection[SchemaObject]
) -> list[SchemaObject]:
    owners = {folded(item.name) for item in members if item.kind in _OWNERS}
    following: dict[str, list[SchemaObject]] = {}
    left = []
    for item in members:
        if item.kind not in _OWNERS and folded(item.table) in owners:
            following.setdefault(folded(item.table), []).append(item)
        else:
            left.append(item)
    ordered = []
    while left:
        item = _next(uses, left)
        left.remove(item)
        ordered.append(item)
        if item.kind in _OWNERS:
            ordered += sorted(following.get(folded(item.name), ()), key=_rank)
    return ordered


def _next(uses: Mapping[SchemaObject, Links], left: list[SchemaObject]) -> SchemaObject:
    """Choose what no object of its phase refers to any more; in a cycle, the first by name."""
    first_phase = min(_PHASES[item.kind] for item in left)
    phase = [item for item in left if _PHASES[item.kind] == first_phase]
    used = {name for item in phase for name in uses[item].refers}
    free = [item for item in phase if folded(item.name) not in used]
    return min(free or phase, key=_rank)


def _rank(item: SchemaObject) -> tuple[str, str]:
    return item.kind, folded(item.name)
