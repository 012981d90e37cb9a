"""A run that nobody watches: its log and its end, as Prefect shows them."""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar
from uuid import UUID

from prefect import runtime
from prefect.client.schemas.objects import State
from prefect.logging.handlers import APILogHandler
from prefect.states import Failed

from flows.cli.plain import plain
from flows.stale_runs import drop_missed
from tasks.errors import FlagDayError
from tasks.timing import log

R = TypeVar("R")


def told(run: Callable[[], R]) -> R | State[Any]:
    """Run what a flow is for; where it fails as foreseen, fail in its words and the next step."""
    try:
        with log_shown():
            return run()
    except FlagDayError as error:
        return Failed(message=plain(f"{error.what}\n\nnext: {error.next_step}"))
    finally:
        if runtime.deployment.id:
            drop_missed(UUID(str(runtime.deployment.id)))


@contextmanager
def log_shown() -> Iterator[None]:
    """Send the lines of flagday's log to Prefect's server inside of the ``with`` block.

    Those of a step show with the step. A process of Prefect's writes them to stderr besides, which
    may be a terminal.
    """
    handler, level = APILogHandler(), log.level
    log.setLevel(logging.INFO)
    log.addHandler(handler)
    log.addFilter(_made_plain)
    try:
        yield
    finally:
        log.removeFilter(_made_plain)
        log.removeHandler(handler)
        log.setLevel(level)


def _made_plain(record: logging.LogRecord) -> bool:
    """Have a line hold nothing that a terminal obeys."""
    record.msg, record.args = plain(record.getMessage()), ()
    return True
