"""How much room an index and all that belongs to it take, and how much is left."""

import shutil
from collections.abc import Iterator
from typing import Final

from tasks.upkeep import belongings
from tasks.upkeep.findings import Finding, Health, Topic
from tasks.upkeep.patient import Patient

NAME: Final = "sizes"
MAX_LOG_BYTES: Final = 64 << 20  # of a write-ahead log: readers look through all of it
MAX_BACKUPS: Final = 10  # times the index: a plan that keeps more says so in backup.keep
MAX_REPORTS: Final = 10  # times the index, the same
MIN_FREE: Final = 2  # times the index, which a run copies and compacts
_SPARE_BYTES: Final = 64 << 20


def examine(patient: Patient) -> Topic:
    """Measure everything; what is too large for its purpose is a finding."""
    kept = belongings.backups_of(patient.service, patient.backups)
    old = belongings.old_generations(patient.service)
    left = belongings.unfinished(patient.service, patient.backups)
    aside = belongings.quarantined(patient.service)
    facts = {
        "index_bytes": belongings.size_of(patient.location),
        "log_bytes": belongings.log_bytes(patient.location),
        "companion_bytes": belongings.size_of(patient.companion),
        "companion_log_bytes": belongings.log_bytes(patient.companion),
        "old_generations": len(old),
        "old_generations_bytes": belongings.total(old),
        "backups": len(kept),
        "backups_bytes": belongings.total(kept),
        "leftovers": len(left),
        "leftovers_bytes": belongings.total(left),
        "quarantined": len(aside),
        "quarantined_bytes": belongings.total(aside),
        "runs_bytes": belongings.size_of(patient.runs),
        "free_disk_bytes": shutil.disk_usage(patient.location.parent).free,
    }
    return Topic(NAME, facts, tuple(findings_of(patient, facts)))


def findings_of(patient: Patient, facts: dict[str, int]) -> Iterator[Finding]:
    """Judge sizes; the constants above are the bounds."""
    maintain = patient.command("maintain")
    if facts["log_bytes"] > MAX_LOG_BYTES:
        yield _long_log("the index", facts["log_bytes"], patient.command("run ROOT…"))
    if facts["companion_log_bytes"] > MAX_LOG_BYTES:
        yield _long_log("the companion", facts["companion_log_bytes"], maintain)
    if facts["old_generations"] or facts["leftovers"]:
        room = facts["old_generations_bytes"] + facts["leftovers_bytes"]
        yield _attention(
            f"{facts['old_generations']} old generations and {facts['leftovers']} folders of "
            f"killed commands take {room >> 20} MiB",
            "They serve nobody.",
            f"Delete them with {maintain}.",
        )
    if facts["backups_bytes"] > MAX_BACKUPS * max(facts["index_bytes"], MAX_LOG_BYTES):
        yield _attention(
            f"{facts['backups']} backups take {facts['backups_bytes'] >> 20} MiB",
            f"That is more than {MAX_BACKUPS} times the index.",
            f"Lower backup.keep in the plan, and run {maintain}.",
        )
    if facts["runs_bytes"] > MAX_REPORTS * max(facts["index_bytes"], MAX_LOG_BYTES):
        yield _attention(
            f"the reports of runs take {facts['runs_bytes'] >> 20} MiB",
            f"That is more than {MAX_REPORTS} times the index.",
            f"Set reports.keep in the plan, and run {maintain}.",
        )
    needed = MIN_FREE * facts["index_bytes"] + _SPARE_BYTES
    if facts["free_disk_bytes"] < needed:
        yield _attention(
            f"the disk has {facts['free_disk_bytes'] >> 20} MiB free",
            f"A run needs {needed >> 20} MiB to begin with.",
            "Make room, or lower backup.keep in the plan.",
        )
    if facts["quarantined"]:
        yield Finding(
            Health.HEALTHY,
            f"{facts['quarantined']} damaged files are kept in quarantine",
            "They are of use for finding out what has happened, and for nothing else.",
            "Delete them when that is known; flagday never does.",
        )


def _long_log(what: str, size_bytes: int, command: str) -> Finding:
    return _attention(
        f"the write-ahead log of {what} has {size_bytes >> 20} MiB",
        "Readers look through all of it, and it takes room.",
        f"End whatever has it open for long, and shorten it with {command}.",
    )


def _attention(what: str, why: str, next_step: str) -> Finding:
    return Finding(Health.DEGRADED, what, why, next_step)
