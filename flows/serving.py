"""The process that runs a deployment at its times: Prefect's runner, in a thread of its own.

In the main thread it would take the signals, and leave a run that it ends in state Running.
"""

import asyncio
import threading
import time
from collections.abc import Callable, Coroutine
from concurrent.futures import Future
from datetime import timedelta
from typing import Any, Final
from uuid import UUID

from prefect import Flow
from prefect.runner import Runner
from prefect.schedules import Cron, Interval
from prefect.schedules import Schedule as PrefectSchedule
from prefect.settings import get_current_settings
from prefect.types.entrypoint import EntrypointType

from flows import deployed, maintenance, stale_runs
from flows.schedule import Kind, Schedule, Times
from tasks.errors import PlanInvalid
from tasks.store.lock import running

_FLOWS: Final[dict[Kind, Flow[..., Any]]] = {
    Kind.REBUILD: deployed.flag_day,
    Kind.REHEARSAL: deployed.rehearsal,
    Kind.UPKEEP: maintenance.maintenance,
}
_POLL_S: Final = 0.2
_END_S: Final = 90.0  # the runner waits 30 s for a run to end, then kills it


class Serving:
    """A deployment that is being served."""

    def __init__(self, schedule: Schedule, tell: Callable[[str], None]) -> None:
        """Start to serve. Raises PlanInvalid where the cron is not to be understood."""
        times = _times(schedule.times)
        self._runner = Runner(name=schedule.name, limit=1, pause_on_shutdown=False)
        self._deployment: UUID | None = None
        self._done: Future[None] = Future()
        serve = self._serve(schedule, times, tell)
        threading.Thread(target=self._run, args=(serve,), daemon=True).start()

    def wait(self) -> None:
        """Wait for ever; raises what the runner raises."""
        self._done.result()

    def end(self) -> None:
        """Take nothing on any more, end the run that is under way, and wait until it has ended."""
        deadline = time.monotonic() + _END_S
        while not self._runner.started and not self._done.done() and time.monotonic() < deadline:
            time.sleep(_POLL_S)  # it has just been told to start
        if self._runner.started:
            self._let_go_what_is_done()
            self._runner.execute_in_background(self._runner.astop).result(_END_S)
        self._done.result(_END_S)

    def _run(self, serve: Coroutine[Any, Any, None]) -> None:
        try:
            asyncio.run(serve)
        except BaseException as error:
            self._done.set_exception(error)
        else:
            self._done.set_result(None)

    def _let_go_what_is_done(self) -> None:
        """Wait for the process of a run that has ended: the runner would call the run cancelled."""
        deadline = time.monotonic() + _END_S
        while not self._runner.has_slots_available() and time.monotonic() < deadline:
            if self._deployment is None or stale_runs.is_unfinished(self._deployment):
                return
            time.sleep(_POLL_S)

    async def _serve(
        self, schedule: Schedule, times: PrefectSchedule, tell: Callable[[str], None]
    ) -> None:
        flow = _FLOWS[schedule.kind]
        made = await flow.ato_deployment(
            name=schedule.name,
            schedule=times,
            parameters=schedule.parameters,
            tags=["flagday", schedule.kind.value],
            entrypoint_type=EntrypointType.MODULE_PATH,
        )
        self._deployment = await self._runner.aadd_deployment(made)
        await asyncio.to_thread(_reconcile, schedule, self._deployment)
        ui = get_current_settings().ui_url or "no UI"
        tell(f"serving {flow.name}/{schedule.name}: {schedule.times}; {ui}")
        await self._runner.start()


def _times(times: Times) -> PrefectSchedule:
    if times.every_s is not None:
        return Interval(timedelta(seconds=times.every_s), timezone=times.timezone)
    try:
        return Cron(times.cron or "", timezone=times.timezone)
    except ValueError as error:
        raise PlanInvalid(
            f"--cron: {error}",
            next_step='Name minute, hour, day, month and weekday: `--cron "0 2 * * *"`.',
        ) from error


def _reconcile(schedule: Schedule, deployment: UUID) -> None:
    """End what a killed schedule has left in Prefect; a run that goes on has the lock."""
    if not running(schedule.plan.db):
        stale_runs.end_stale_of(deployment)
    stale_runs.drop_missed(deployment)
