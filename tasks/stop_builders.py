"""Step 3: nobody writes to the index while it is rebuilt (§5.1)."""

import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager

from tasks.contracts import IndexInService
from tasks.errors import StepFailed
from tasks.plan import Plan
from tasks.step import step
from tasks.store.holders import is_write_locked, writers
from tasks.timing import log


@contextmanager
def builders_stopped(plan: Plan, service: IndexInService) -> Iterator[None]:
    """Keep the builders stopped, and start again those that were, whatever happens."""
    try:
        stop_builders(plan, service)
        yield
    finally:
        for builder in reversed(plan.builders):
            started = _shell(builder.start, builder.timeout_s)
            log.info("builder started name=%s said=%s", builder.name, started or "ok")


@step(3, "stop builders")
def stop_builders(plan: Plan, service: IndexInService) -> None:
    """Stop them as the plan says; prove that nobody holds the database open for writing.

    Raises StepFailed where one does not stop in its time.
    """
    for builder in plan.builders:
        said = _shell(builder.stop, builder.timeout_s)
        if said:
            raise StepFailed(f"builder {builder.name} did not stop: {said}", next_step=_NEXT)
    if service.location.exists():
        _wait_until_unheld(service, max((b.timeout_s for b in plan.builders), default=0.0))


_NEXT = "Stop it by hand, or correct its commands in the plan. The index in service is unchanged."


def _wait_until_unheld(service: IndexInService, timeout_s: float) -> None:
    deadline = time.monotonic() + timeout_s
    while holders := writers(service.location):
        if time.monotonic() >= deadline:
            said = ", ".join(f"pid {holder.pid} ({holder.command})" for holder in holders)
            raise StepFailed(f"{service.path} is open for writing in {said}", next_step=_NEXT)
        time.sleep(0.1)
    if is_write_locked(service.location):
        raise StepFailed(f"a writer has locked {service.path}", next_step=_NEXT)


def _shell(command: str, timeout_s: float) -> str:
    """Run a builder's command; return what went wrong, or nothing."""
    try:
        done = subprocess.run(  # noqa: S602 -- the plan's commands are shell commands by contract
            command, shell=True, capture_output=True, text=True, timeout=timeout_s, check=False
        )
    except subprocess.TimeoutExpired:
        return f"{command!r} took longer than {timeout_s:g} s"
    return f"{command!r} exited {done.returncode}: {done.stderr.strip()}" if done.returncode else ""
