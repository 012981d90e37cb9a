"""A builder that is a unit of systemd: a service, a timer, a socket."""

from typing import Final

from tasks.builders.builder import BuilderFailed
from tasks.builders.processes import process_of, worded
from tasks.builders.programs import failed, run, run_start
from tasks.plan import SystemdBuilder

_STOPPED: Final = frozenset({"inactive", "failed"})
_STATES: Final = _STOPPED | {
    "active", "reloading", "refreshing", "activating", "deactivating", "maintenance"
}  # fmt: skip


class SystemdUnit:
    """Its state is what systemd says."""

    def __init__(self, plan: SystemdBuilder) -> None:
        """Take unit and scope from the plan."""
        self._plan = plan
        self.must_start = False

    def running(self) -> str:
        """Ask systemd. Raises BuilderFailed where it does not answer or has no such unit."""
        code, state = self._ask("is-active", self._plan.unit)
        if state not in _STATES:
            raise BuilderFailed(f"systemctl is-active {self._plan.unit} exited {code}: {state}")
        details = self._details()
        if details.get("LoadState") == "not-found":
            raise BuilderFailed(f"systemd has no unit {self._plan.unit}")
        if state in _STOPPED:
            return ""
        process = process_of(int(details.get("MainPID", "0")))
        return f"unit {self._plan.unit} is {state}{f', {worded(process)}' if process else ''}"

    def stop(self) -> None:
        """Queue a stop job, which also keeps ``Restart=`` from acting."""
        self.must_start = True
        words = "stop", self._plan.unit, "--no-block"
        code, said = self._ask(*words)
        if code:
            raise failed([*self._systemctl(), *words], code, said)

    def start(self) -> None:
        """Start it; a stop job that still goes on is waited for by systemd."""
        if self.must_start:
            run_start([*self._systemctl(), "start", self._plan.unit])

    def _details(self) -> dict[str, str]:
        _, said = self._ask("show", self._plan.unit, "--property=LoadState,MainPID")
        return dict(line.split("=", 1) for line in said.splitlines() if "=" in line)

    def _ask(self, *words: str) -> tuple[int, str]:
        return run([*self._systemctl(), *words], self._plan.stop_timeout_s)

    def _systemctl(self) -> list[str]:
        return ["systemctl", f"--{self._plan.scope}", "--no-ask-password"]
