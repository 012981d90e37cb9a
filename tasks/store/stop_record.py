"""Which builders a run has stopped and not started again, on disk: a killed run starts none."""

import json
from pathlib import Path

from tasks.errors import PreconditionFailed
from tasks.store.generations import folder_of
from tasks.whole_files import read_proven, write_proven


class StopRecord:
    """Names of builders, in the order of their stop. Its file is gone where there are none."""

    def __init__(self, service: Path) -> None:
        """Read what a run before this one has left beside an index. Raises PreconditionFailed."""
        self.path = record_of(service)
        self._names = stopped(service)

    def __contains__(self, name: str) -> bool:
        """Tell whether a builder was stopped and not started again."""
        return name in self._names

    def add(self, name: str) -> None:
        """Note that a builder is about to be stopped."""
        if name not in self._names:
            self._write([*self._names, name])

    def remove(self, name: str) -> None:
        """Note that a builder was started, or that there is nothing to start."""
        if name in self._names:
            self._write([other for other in self._names if other != name])

    def _write(self, names: list[str]) -> None:
        self._names = names
        if not names:
            self.path.unlink(missing_ok=True)
            return
        self.path.parent.mkdir(parents=True, exist_ok=True)
        write_proven(self.path, json.dumps(names), is_durable=True)


def record_of(service: Path) -> Path:
    """Return the file that names the builders that are to be started again."""
    return folder_of(service) / "stopped-builders.json"


def stopped(service: Path) -> list[str]:
    """Return the names on record; none where there is no record.

    Raises PreconditionFailed where it cannot be read, or is not as it was written.
    """
    record = record_of(service)
    try:
        names: list[str] = json.loads(read_proven(record))
    except FileNotFoundError:
        return []
    except (OSError, ValueError) as error:
        why = (isinstance(error, OSError) and error.strerror) or "it is not as it was written"
        raise PreconditionFailed(
            f"{record}, which names the builders that a killed run has stopped, is damaged: {why}",
            next_step="Start the builders that should run by hand, delete that file, and run "
            "again. The index in service is unchanged.",
        ) from error
    return names
