"""What can stop a run: each error says what failed, what is safe, and what to do next.

The class fixes the process exit code; the table in the README lists them.
"""


class FlagDayError(Exception):
    """A run cannot go on. Exit code 1: something that none of the kinds below names."""

    exit_code = 1

    def __init__(self, what: str, *, next_step: str) -> None:
        """Keep ``what`` failed and the ``next_step`` that an operator can take."""
        super().__init__(what)
        self.what = what
        self.next_step = next_step

    def __reduce__(self) -> tuple[object, tuple[type["FlagDayError"], str, str]]:
        """Survive the way back from a worker process, as exceptions with keywords do not."""
        return _rebuild, (type(self), self.what, self.next_step)


class PlanInvalid(FlagDayError):  # noqa: N818 -- named after what happened
    """The plan or a flag has an unknown key or a bad value. Exit code 2."""

    exit_code = 2


class QuestionInvalid(FlagDayError):  # noqa: N818 -- as above
    """A question asks for what no index, or not this one, could have. Exit code 2."""

    exit_code = 2


class PreconditionFailed(FlagDayError):  # noqa: N818 -- as above
    """Something that must hold before any change does not hold. Exit code 3."""

    exit_code = 3


class AnotherRun(PreconditionFailed):
    """Another process changes which index is in service: to wait for it helps. Exit code 3."""


class BackupDamaged(PreconditionFailed):
    """The bytes of a backup are not those that were written. Exit code 3."""


class IndexDamaged(PreconditionFailed):
    """The bytes of an index are not what they must be. Exit code 8."""

    exit_code = 8


class StepFailed(FlagDayError):  # noqa: N818 -- as above
    """A step after the preconditions failed; the candidate is discarded. Exit code 4."""

    exit_code = 4


class VerdictFailed(FlagDayError):  # noqa: N818 -- as above
    """The verification found offences of severity fail; there is no cut-over. Exit code 5."""

    exit_code = 5


class BuilderDown(FlagDayError):  # noqa: N818 -- as above
    """The run is done, and a builder that it had stopped did not start again. Exit code 6."""

    exit_code = 6


class NotApproved(FlagDayError):  # noqa: N818 -- as above
    """A person rejected the run before its cut-over, or nobody answered in time. Exit code 9."""

    exit_code = 9


def _rebuild(kind: type[FlagDayError], what: str, next_step: str) -> FlagDayError:
    return kind(what, next_step=next_step)
