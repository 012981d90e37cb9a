"""Which run waits for a person before its cut-over, on disk: whoever answers must find it."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from tasks.store.lock import running
from tasks.store.permissions import create_private
from tasks.store.places import review_of


@dataclass(frozen=True, slots=True)
class Waiting:
    """A run that waits for its review."""

    run_id: str
    artifacts: str  # folder of its reports
    since: str  # UTC, ISO 8601
    until: str  # as above; without an answer, it ends then
    api_url: str  # of the Prefect server that hands the answer on
    flow_run: str  # its id there


@contextmanager
def noted(service: Path, waiting: Waiting) -> Iterator[None]:
    """Have it on disk inside of the ``with`` block that a run waits."""
    record = review_of(service)
    create_private(record).write_text(json.dumps(asdict(waiting)), "utf-8")
    try:
        yield
    finally:
        forget(service)


def waiting(service: Path) -> Waiting | None:
    """Return the run that waits; None where there is none, or only what a killed one has left."""
    if not running(service):
        return None
    try:
        return Waiting(**json.loads(review_of(service).read_text("utf-8")))
    except (OSError, ValueError, TypeError):
        return None


def forget(service: Path) -> None:
    """Delete the record, also that of a killed run."""
    review_of(service).unlink(missing_ok=True)
