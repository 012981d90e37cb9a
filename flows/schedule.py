"""``flagday schedule``: a flow served at its times by Prefect, for as long as nobody ends it."""

import signal
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256
from platform import node
from zoneinfo import ZoneInfo

from flows.prefect_server import prefect_api
from tasks.errors import PlanInvalid
from tasks.own_folders import make_home, require_own_home
from tasks.plan import MOST_S, Plan
from tasks.stopping import Stopped, asked
from tasks.working_folder import elsewhere


class Kind(StrEnum):
    """What is done at the times of a schedule."""

    REBUILD = "rebuild"
    REHEARSAL = "rehearsal"
    UPKEEP = "upkeep"


@dataclass(frozen=True, slots=True)
class Times:
    """When: by cron, or once in an interval. Exactly one of both is given."""

    cron: str | None
    every_s: float | None
    timezone: str  # of the cron: a name of the IANA database

    def __post_init__(self) -> None:
        """Raise PlanInvalid where they are not to be understood."""
        if (self.cron is None) == (self.every_s is None):
            raise PlanInvalid(
                "--cron or --every: one of both",
                next_step='Say when: `--cron "0 2 * * *"` for two at night.',
            )
        if self.every_s is not None and not 1 <= self.every_s <= MOST_S:
            raise PlanInvalid(
                f"--every: {self.every_s:g} is no time",
                next_step=f"Say how many seconds, 1 to {MOST_S:.0f}: `--every 3600`.",
            )
        try:
            ZoneInfo(self.timezone)
        except (ValueError, KeyError, OSError) as error:
            raise PlanInvalid(
                f"--timezone: there is no {self.timezone}",
                next_step="Name one of the IANA database: `--timezone Europe/Berlin`.",
            ) from error

    def __str__(self) -> str:
        """Write them as a person does."""
        return f"{self.cron} ({self.timezone})" if self.cron else f"every {self.every_s:g} s"


@dataclass(frozen=True, slots=True)
class Schedule:
    """One flow on one index, at its times."""

    kind: Kind
    times: Times
    plan: Plan
    parameters: dict[str, str | bool]  # of the flow

    @property
    def name(self) -> str:
        """Name the deployment: one for each index and host, also on a server that many share."""
        place = f"{node()}:{self.plan.db}"
        return f"{self.plan.db.stem}-{sha256(place.encode()).hexdigest()[:8]}"


def serve(schedule: Schedule, tell: Callable[[str], None]) -> None:
    """Serve until a signal asks to end; then end the run that is under way, and say so in Prefect.

    Raises PlanInvalid where the cron is not to be understood.
    """
    require_own_home(schedule.plan.db)
    home = make_home(schedule.plan.db) / "prefect"
    with elsewhere(), prefect_api(home, has_ui=True) as wait_until_ready:
        serving = None
        try:
            from flows.serving import Serving  # noqa: PLC0415 -- imports Prefect

            wait_until_ready()
            serving = Serving(schedule, tell)
            serving.wait()
        except Stopped:
            for number in (signal.SIGINT, signal.SIGTERM):
                signal.signal(number, signal.SIG_IGN)  # the end is near
            asked.clear()
            if serving:
                serving.end()
            tell("ended; no run is under way")
