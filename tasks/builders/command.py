"""A builder that shell commands stop and start."""

from tasks.builders.programs import failed, run, run_start, worded
from tasks.plan import CommandBuilder


class Command:
    """Where the plan has no ``is_stopped``, it runs until its stop command has succeeded."""

    def __init__(self, plan: CommandBuilder) -> None:
        """Take the commands from the plan."""
        self._plan = plan
        self._has_stopped = False  # as its own command says
        self.must_start = False

    def running(self) -> str:
        """Ask the plan's ``is_stopped``, or believe the stop command."""
        question = self._plan.is_stopped
        if question is None:
            return "" if self._has_stopped else f"{worded(self._plan.stop)} has not stopped it"
        code, said = run(question, self._plan.stop_timeout_s)
        return f"{worded(question)} exits {code}{': ' if said else ''}{said}" if code else ""

    def stop(self) -> None:
        """Run the stop command. Raises BuilderFailed where it fails or hangs."""
        self.must_start = True
        code, said = run(self._plan.stop, self._plan.stop_timeout_s)
        if code:
            raise failed(self._plan.stop, code, said)
        self._has_stopped = True

    def start(self) -> None:
        """Run the start command, unless the builder never stopped."""
        if self.must_start and not self.running():
            run_start(self._plan.start)
