"""Examine an index: topic by topic, reading alone, and one word for the whole."""

import os
from collections.abc import Callable
from typing import Final

import apsw

from tasks.errors import IndexDamaged, PreconditionFailed
from tasks.store import quarantine
from tasks.store.refusals import unusable
from tasks.store.untouched import untouched
from tasks.upkeep import (
    access,
    builders,
    companion,
    freshness,
    integrity,
    lineage,
    pages,
    place,
    search,
    sizes,
)
from tasks.upkeep.findings import Examination, Health, Topic
from tasks.upkeep.patient import Patient

_Examine = Callable[[Patient, apsw.Connection], Topic]
_OF_INDEX: Final[tuple[tuple[str, _Examine], ...]] = (
    (integrity.NAME, integrity.examine),
    (lineage.NAME, lineage.examine),
    (search.NAME, search.examine),
    (pages.NAME, pages.examine),
    (freshness.NAME, freshness.examine),
)
_BESIDE: Final[tuple[Callable[[Patient], Topic], ...]] = (
    companion.examine,
    sizes.examine,
    access.examine,
    builders.examine,
    place.examine,
)
_DAMAGE: Final = (IndexDamaged, apsw.CorruptError, apsw.NotADBError, apsw.SQLError, ValueError)
_CLOSED: Final = "the index cannot be read"


def examine(patient: Patient) -> Examination:
    """Examine an index and what belongs to it; not a byte of either changes.

    Raises PreconditionFailed where there is none, or it is locked.
    """
    _require_index(patient)
    first, *rest = (_examined(patient, name, look) for name, look in _OF_INDEX)
    if first.health is Health.DAMAGED:
        rest = [_told_once(topic) for topic in rest]
    beside = (look(patient) for look in _BESIDE)
    depth = "full" if patient.is_full else "quick"
    return Examination(str(patient.service), depth, (first, *rest, *beside))


def _examined(patient: Patient, name: str, look: _Examine) -> Topic:
    """Examine one topic with a connection of its own. What breaks on the way is damage."""
    try:
        with untouched(patient.service) as connection:
            return look(patient, connection)
    except _DAMAGE as error:
        return Topic(name, {}, (integrity.broken(patient, str(error)),))
    except apsw.Error as error:
        raise unusable(patient.service, error) from error


def _told_once(topic: Topic) -> Topic:
    """Leave out what follows from damage that the first topic tells."""
    is_readable = bool(topic.facts)
    return topic if is_readable else Topic(topic.name, not_examined=_CLOSED)


def _require_index(patient: Patient) -> None:
    if patient.location.is_file():
        return
    service = patient.service
    is_link = os.path.lexists(service) and service.is_symlink()
    what = f"{service} leads to {patient.location}, which is not there" if is_link else None
    raise PreconditionFailed(
        what or f"there is no index at {service}",
        next_step=f"Bring a backup back with {patient.command('restore FILE')}, or build it from "
        f"content with {patient.command('run ROOT…')}." + _aside(patient),
    )


def _aside(patient: Patient) -> str:
    kept = quarantine.found(patient.service)
    return f" Damaged files are kept in {kept[0].parent}." if kept else ""
