"""What can go wrong with a cluster, in words."""

from typing import Final

from tasks.errors import StepFailed

_UNCHANGED: Final = "The index in service is unchanged."
_INSTALL: Final = f"Install the same flagday, with the same grammars, there and here. {_UNCHANGED}"


def unreachable(address: str, why: object) -> StepFailed:
    """Say that there is no cluster at an address, or none that could do anything."""
    return StepFailed(
        f"the cluster at {address} cannot be used: {why}",
        next_step="Start it, correct runner.address, or leave --runner out: parts are made on this "
        f"host then. {_UNCHANGED}",
    )


def failed(who: str, why: object) -> StepFailed:
    """Say that a cluster was lost, or raised what flagday does not know."""
    if isinstance(why, ModuleNotFoundError):
        return refused(who, f"no flagday: {why}")
    return StepFailed(
        f"{who} failed: {why}",
        next_step=f"See its logs and run again; parts that are done are taken over. {_UNCHANGED}",
    )


def refused(worker: str, differences: str) -> StepFailed:
    """Say that a worker does not extract as the driver does."""
    return StepFailed(f"{worker} is refused: it has {differences}", next_step=_INSTALL)


def hidden(storage: str, run: str) -> StepFailed:
    """Say that a worker sees something else where the driver sees the storage."""
    return StepFailed(
        f"storage {storage} is another one there: it does not hold {run}",
        next_step=f"Name a storage that this host and all workers see under one name. {_UNCHANGED}",
    )


def altered(storage: str, what: str) -> StepFailed:
    """Say that a file in the storage is not what was put there."""
    return StepFailed(
        f"storage {storage}: {what} came back with other bytes than were put there",
        next_step=f"Run again; see what else writes there. {_UNCHANGED}",
    )
