"""Whether a run has left builders stopped: it was killed, or they did not do as they were told."""

from typing import Final

from tasks.errors import PreconditionFailed
from tasks.store.lock import running
from tasks.store.stop_record import record_of, stopped
from tasks.upkeep.findings import Finding, Health, Topic
from tasks.upkeep.patient import Patient

NAME: Final = "builders"


def examine(patient: Patient) -> Topic:
    """Name the builders that nobody has started again since a run stopped them."""
    run = running(patient.service)
    try:
        names = ", ".join(stopped(patient.service))
    except PreconditionFailed as damage:
        why = "Builders that a killed run has stopped may still be so."
        finding = Finding(Health.DEGRADED, damage.what, why, damage.next_step)
        return Topic(NAME, {"stopped": None, "run": run or None}, (finding,))
    facts = {"stopped": names or None, "run": run or None}
    if run or not names:
        return Topic(NAME, facts)
    finding = Finding(
        Health.DEGRADED,
        f"a run has told builders to stop, and has not seen them run again: {names}",
        "Where they have stopped, whatever they keep up to date is not.",
        "The next run with the same plan starts them at its end, a rehearsal too. Or see to them "
        f"by hand, and delete {record_of(patient.service)}.",
    )
    return Topic(NAME, facts, (finding,))
