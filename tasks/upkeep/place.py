"""Where an index lies: on a disk of this host, or on a network file system."""

from typing import Final

from tasks.store import header
from tasks.store.file_systems import Mount, is_network, mounts, type_of
from tasks.upkeep.findings import Finding, Health, Topic
from tasks.upkeep.patient import Patient

NAME: Final = "place"
_WAL_MODE: Final = b"\x02\x02"  # bytes 18 and 19 of a database


def examine(patient: Patient, mounted: list[Mount] | None = None) -> Topic:
    """Name the file system; ``mounted`` is what there is, by default on this host."""
    fstype = type_of(patient.location, mounts() if mounted is None else mounted)
    has_log = header.read(patient.location)[18:20] == _WAL_MODE
    facts = {"file_system": fstype, "journal": "WAL" if has_log else "rollback"}
    if not is_network(fstype):
        return Topic(NAME, facts)
    return Topic(NAME, facts, tuple(_findings(patient, fstype, has_log=has_log)))


def _findings(patient: Patient, fstype: str | None, *, has_log: bool) -> list[Finding]:
    if has_log:
        return [
            Finding(
                Health.DEGRADED,
                f"it keeps a write-ahead log on {fstype}, a network file system",
                "Hosts share no memory: two that have it open can corrupt it.",
                f"Rebuild it there, {patient.command('run ROOT…')}, which seals it with a rollback "
                "journal; or move it to a local disk.",
            )
        ]
    return [
        Finding(
            Health.DEGRADED,
            f"it lies on {fstype}, a network file system",
            "Reading is slow, and locks are only as good as that file system's.",
            "Put it on a local disk, or let one host alone write.",
        )
    ]
