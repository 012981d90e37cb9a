"""How steps tell when they start and end, how far they are, and how long they took."""

import logging
import time
from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass
from functools import wraps
from typing import Final, ParamSpec, TypeVar

from tasks.errors import StepFailed
from tasks.faults import fault_of
from tasks.stopping import Stopped, heed

P = ParamSpec("P")
R = TypeVar("R")

_SWITCH: Final = 13
_NEXT: Final = (
    "Make room, or mend what is in the way, and run again. The index in service is unchanged."
)
_AFTER_SWITCH: Final = (
    "Make room, or mend what is in the way, and run again. The index in service is whole; "
    "`flagday status` tells which one it is."
)

log: Final = logging.getLogger("flagday")


@dataclass(frozen=True, slots=True)
class StepTime:
    """How long one step took."""

    number: int
    name: str
    took_s: float


@dataclass(frozen=True, slots=True)
class RootTime:
    """How long one root took to be read, and what came of it."""

    name: str
    files: int
    problem: str | None  # why nothing was read
    took_s: float


roots_read: ContextVar[list[RootTime]] = ContextVar("roots_read")  # of this run
taken: ContextVar[list[StepTime]] = ContextVar("taken")  # the steps of this run that are done


def narrated(number: int, name: str) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Make a function log its start and its end as a step, and note its time.

    The step does not start where a signal asked to end: it raises Stopped. What the system under
    it refuses, it raises as StepFailed.
    """

    def decorate(function: Callable[P, R]) -> Callable[P, R]:
        return _narrated(number, name, function)

    return decorate


def _narrated(number: int, name: str, function: Callable[P, R]) -> Callable[P, R]:
    @wraps(function)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        heed()
        log.info("step started number=%d name=%s", number, name, extra={"started": (number, name)})
        began = time.monotonic()
        try:
            result = function(*args, **kwargs)
        except BaseException as error:
            how = "stopped" if isinstance(error, Stopped) else "failed"
            _tell(how, StepTime(number, name, time.monotonic() - began))
            if fault := fault_of(error):
                raise StepFailed(
                    f"step {number}, {name}, failed: {fault}",
                    next_step=_AFTER_SWITCH if number == _SWITCH else _NEXT,
                ) from error
            raise
        done = StepTime(number, name, time.monotonic() - began)
        taken.get([]).append(done)
        _tell("done", done)
        return result

    return run


def _tell(how: str, step: StepTime) -> None:
    said = (how, step.number, step.name, step.took_s)
    log.info("step %s number=%d name=%s took_s=%.1f", *said, extra={how: step})


def waiting(what: str) -> None:
    """Tell what goes on before the first step, or between two."""
    log.info("%s", what, extra={"waiting": what})


def tell(what: str) -> None:
    """Tell, for good, what was found before the first step."""
    log.info("%s", what, extra={"told": what})


def progress(done: int, total: int, at: str = "") -> None:
    """Tell how far the running step has come, in whatever it counts, and what it is at."""
    log.debug("progress done=%d total=%d", done, total, extra={"progress": (done, total, at)})
