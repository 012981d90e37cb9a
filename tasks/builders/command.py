"""A builder that programs stop and start."""

from tasks.builders.builder import NotRunnable
from tasks.builders.programs import failed, run, run_start, worded
from tasks.plan import CommandBuilder


class Command:
    """Where the plan has no question, it runs until its stop command has succeeded."""

    def __init__(self, plan: CommandBuilder) -> None:
        """Take the commands from the plan."""
        self._plan = plan
        self._has_stopped = False  # as its own command says
        self.must_start = False

    def running(self) -> str:
        """Ask the plan's question, or believe the stop command."""
        question = self._plan.is_running or self._plan.is_stopped
        if question is None:
            return "" if self._has_stopped else f"{worded(self._plan.stop)} has not stopped it"
        code, said = run(question, self._plan.stop_timeout_s)
        has_stopped = bool(code) if self._plan.is_running else not code
        return "" if has_stopped else f"{worded(question)} exits {code}{': ' if said else ''}{said}"

    def stop(self) -> None:
        """Run the stop command. Raises BuilderFailed where it fails or hangs."""
        self.must_start = True
        try:
            code, said = run(self._plan.stop, self._plan.stop_timeout_s)
        except NotRunnable as error:
            raise NotRunnable(f"its stop command {error}") from error
        if code:
            raise failed(self._plan.stop, code, said)
        self._has_stopped = True

    def start(self) -> None:
        """Run the start command, unless the builder never stopped."""
        if self.must_start and not self.running():
            run_start(self._plan.start)
