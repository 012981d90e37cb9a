"""Step 3: nobody writes to the index while it is rebuilt (§5.1)."""

from collections.abc import Iterator
from contextlib import contextmanager

from tasks.contracts import IndexInService
from tasks.plan import Plan
from tasks.standstill import Standstill
from tasks.step import step
from tasks.store.stop_record import StopRecord
from tasks.timing import log


@contextmanager
def builders_stopped(plan: Plan, service: IndexInService) -> Iterator[Standstill]:
    """Keep writers off, and start again the builders that were stopped, whatever happens."""
    record = StopRecord(service.path)
    standstill = Standstill(service.location, record, can_be_locked=not service.damage)
    try:
        stop_builders(plan, standstill)
        yield standstill
    finally:
        standstill.end()


@step(3, "stop builders")
def stop_builders(plan: Plan, standstill: Standstill) -> None:
    """Stop them in the order of the plan; prove that nobody writes, and lock the database.

    Raises StepFailed where a builder does not stop, or a writer stays.
    """
    if not plan.builders:
        log.info("no builders in the plan")
    for builder in plan.builders:
        standstill.stop(builder)
    standstill.prove()
