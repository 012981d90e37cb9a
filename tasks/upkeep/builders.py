"""Whether a run that was killed has left builders stopped."""

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
        f"a run that did not come to its end has left builders stopped: {names}",
        "Whatever they keep up to date is not.",
        "Run again with the same plan, which starts them at its end; or start them by hand and "
        f"delete {record_of(patient.service)}.",
    )
    return Topic(NAME, facts, (finding,))
