"""Nobody writes to the index: builders are stopped, and a lock keeps late writers off (§5.1)."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from tasks import plan
from tasks.builders.builder import Builder, BuilderFailed, NotRunnable, not_started
from tasks.builders.kinds import builder_of
from tasks.errors import StepFailed
from tasks.stopping import Stopped, uninterrupted
from tasks.store.holders import held, to_be_rid_of, writers
from tasks.store.stop_record import StopRecord
from tasks.store.write_lock import WriteLock
from tasks.timing import log, waiting

_POLL_S: Final = 0.1
_LONG_S: Final = 5.0  # after which it is told which builder is being started
_GRACE_S: Final = 2.0  # for a builder that is stopping when the run ends
_SLOW: Final = "Stop it by hand, correct its entry in the plan, or raise its stop_timeout_s."
_MISSPELT: Final = "Correct its entry in the plan: a path or a word is not right."
_AGAIN: Final = "Stop what starts it again, or name that as a builder in the plan, before it."
_SAFE: Final = "The index in service is unchanged; what was stopped is started again."


class Standstill:
    """What was done to keep writers off one database, and how to undo it."""

    def __init__(self, database: Path, record: StopRecord, *, can_be_locked: bool = True) -> None:
        """Begin with nothing done to the writers of ``database``, which need not exist.

        ``record`` knows what a killed run has stopped. A damaged database cannot be locked.
        """
        self._database = database
        self._record = record
        self._can_be_locked = can_be_locked
        self._builders: list[tuple[plan.Builder, Builder]] = []
        self._stopped: list[tuple[plan.Builder, Builder]] = []  # in the order of their stop
        self._stopping: Builder | None = None  # was told to, and has not yet
        self._lock: WriteLock | None = None

    def stop(self, section: plan.Builder) -> None:
        """Stop a builder that runs, and wait until it has stopped.

        Raises StepFailed where it does not in its time; processes are named with their commands.
        """
        builder = builder_of(section)
        self._builders.append((section, builder))
        try:
            if not builder.running():
                self._pass_over(section, builder)
                return
            self._record.add(section.name)
            self._stopped.append((section, builder))
            deadline = time.monotonic() + section.stop_timeout_s
            self._stopping = builder
            builder.stop()
            while running := builder.running():
                if time.monotonic() >= deadline:
                    waited = f"{section.stop_timeout_s:g} s after it was told to stop"
                    raise BuilderFailed(f"{waited}, {running}")
                time.sleep(_POLL_S)
            self._stopping = None
        except BuilderFailed as error:
            said = "; ".join([str(error), *(what for what, _ in self._holders())])
            next_step = _MISSPELT if isinstance(error, NotRunnable) else _SLOW
            raise StepFailed(
                f"builder {section.name} did not stop: {said}",
                next_step=f"{next_step} {self._fate(section)}{_SAFE}",
            ) from error
        log.info("builder stopped name=%s", section.name)

    def _fate(self, section: plan.Builder) -> str:
        """Say what becomes of a builder that was told to stop, where it is on record as such."""
        if section.name not in self._record:
            return ""
        return (
            "Where it stops after all, the next run starts it again at its end, a rehearsal too: "
            f"it is on record in {self._record.path}. "
        )

    def prove(self) -> None:
        """Lock the database, and see that for a while no builder and no writer comes back.

        Raises StepFailed where one does until the longest time to stop is over.
        """
        sections = [section for section, _ in self._builders]
        settle_s = max((section.settle_s for section in sections), default=0.0)
        longest_s = max((section.stop_timeout_s for section in sections), default=0.0)
        deadline = time.monotonic() + settle_s + longest_s
        self._wait_until_quiet(deadline)
        if self._can_be_locked and self._database.exists():
            self._lock = WriteLock(self._database, max(0.0, deadline - time.monotonic()))
        quiet_since = self._wait_until_quiet(deadline)  # who came before the lock is seen now
        while time.monotonic() < quiet_since + settle_s:
            time.sleep(_POLL_S)
            if any(self._trouble()):
                quiet_since = self._wait_until_quiet(deadline)

    def require(self) -> None:
        """Raise StepFailed where a writer may have come in since."""
        if self._lock:
            self._lock.require()

    def end(self) -> None:
        """Let writers in again, and start what was stopped, the last one first.

        A builder that does not start is told and noted in ``not_started``; the others start. Who
        asks to end meanwhile is heard after that.
        """
        try:
            with uninterrupted():
                self._let_all_in()
        except Stopped:
            self._let_all_in()  # it may have come before the block
            raise

    def _let_all_in(self) -> None:
        if self._lock:
            self._lock.release()
        while self._stopped:
            section, builder = self._stopped.pop()
            try:
                if still_runs := self._waited_for(builder):
                    log.warning("builder %s was told to stop: %s", section.name, still_runs)
                    continue  # the record stays: should it end, the next run starts it
                with _told_where_slow(f"starting builder {section.name}"):
                    builder.start()
            except Exception as error:  # whatever it is, it must not hide why the day failed
                not_started.get([]).append(f"{section.name}: {error}")
                log.warning("builder %s was not started again: %s", section.name, error)
            else:
                self._record.remove(section.name)
                log.info("builder started name=%s", section.name)

    def _waited_for(self, builder: Builder) -> str:
        """Wait for a builder that is about to stop; say what of it still runs after that."""
        if builder is not self._stopping:
            return ""
        deadline = time.monotonic() + _GRACE_S
        while (running := builder.running()) and time.monotonic() < deadline:
            time.sleep(_POLL_S)
        return running

    def _pass_over(self, section: plan.Builder, builder: Builder) -> None:
        """Leave a builder stopped; one that a killed run has stopped is started at the end."""
        if section.name in self._record:
            builder.must_start = True
            self._stopped.append((section, builder))
            log.info("builder was stopped by a run that was killed name=%s", section.name)
        else:
            log.info("builder is not running name=%s", section.name)

    def _wait_until_quiet(self, deadline: float) -> float:
        """Return when it was quiet, as a monotonic time in seconds."""
        while trouble := list(self._trouble()):
            if time.monotonic() >= deadline:
                steps = dict.fromkeys(next_step for _, next_step in trouble)
                raise StepFailed(
                    "; ".join(what for what, _ in trouble), next_step=" ".join([*steps, _SAFE])
                )
            time.sleep(_POLL_S)
        return time.monotonic()

    def _trouble(self) -> Iterator[tuple[str, str]]:
        """Yield what is not quiet, and what can be done about it."""
        for section, builder in self._builders:
            try:
                if running := builder.running():
                    yield f"builder {section.name} runs again: {running}", _AGAIN
            except BuilderFailed as error:
                what = f"builder {section.name} does not tell whether it has stopped: {error}"
                yield what, _MISSPELT if isinstance(error, NotRunnable) else _SLOW
        yield from self._holders()

    def _holders(self) -> Iterator[tuple[str, str]]:
        keeper = {self._lock.pid} if self._lock else ()
        if found := writers(self._database, but=keeper):
            yield held(self._database, found), to_be_rid_of(found)


@contextmanager
def _told_where_slow(what: str) -> Iterator[None]:
    """Tell what goes on, where it takes long."""
    telling = threading.Timer(_LONG_S, waiting, (what,))
    telling.daemon = True
    telling.start()
    try:
        yield
    finally:
        telling.cancel()
