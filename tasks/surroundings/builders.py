"""What writes to a database, as far as the machine says so: systemd, processes, cron.

Nothing is asked that could change anything, and nothing is guessed: a unit or a line of cron counts
where it names the database, a process where it has it open for writing.
"""

import getpass
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

from tasks.store.holders import writers
from tasks.surroundings.found import Builders, CronLine, Daemon, Unit

Scope = Literal["system", "user"]
_SERVICE: Final = re.compile(r"/([^/\n]+\.service)$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Places:
    """Where a machine keeps such things."""

    units: tuple[tuple[Path, Scope], ...]
    crontabs: tuple[Path, ...]  # files, or folders of files
    pid_files: tuple[Path, ...]  # folders


def places_here() -> Places:
    """Return where this machine keeps them."""
    system = ("/etc/systemd/system", "/usr/local/lib/systemd/system", "/usr/lib/systemd/system")
    return Places(
        units=(
            *((Path(folder), "system") for folder in system),
            (Path.home() / ".config/systemd/user", "user"),
        ),
        crontabs=(
            Path("/etc/crontab"),
            Path("/etc/cron.d"),
            Path("/var/spool/cron/crontabs") / getpass.getuser(),
        ),
        pid_files=(Path("/run"),),
    )


def builders_of(
    database: Path, code: Iterable[Path], files: Iterable[Path], places: Places
) -> Builders:
    """Find what names a database, or has it open for writing; ``files`` may name its process."""
    pid_files = [
        *(path for path in files if path.suffix == ".pid"),
        *(path for folder in places.pid_files for path in sorted(folder.glob("*.pid"))),
        *sorted(database.parent.glob("*.pid")),
    ]
    daemons = tuple(
        Daemon(
            holder.pid,
            holder.command,
            Path(f"/proc/{holder.pid}/cwd").resolve(),
            _naming(holder.pid, pid_files),
            _unit_of(holder.pid),
        )
        for holder in writers(database)
    )
    return Builders(
        units=tuple(_units(database, places)),
        daemons=daemons,
        cron=tuple(_cron_lines((str(database), *map(str, code)), places)),
    )


def _units(database: Path, places: Places) -> Iterator[Unit]:
    for folder, scope in places.units:
        for path in sorted(folder.glob("*.service")):
            if str(database) in _text(path):
                yield Unit(path.name, scope)
                timer = path.with_suffix(".timer")
                if timer.exists():
                    yield Unit(timer.name, scope)


def _cron_lines(words: tuple[str, ...], places: Places) -> Iterator[CronLine]:
    for place in places.crontabs:
        for path in sorted(place.iterdir()) if place.is_dir() else (place,):
            for line in _text(path).splitlines():
                if not line.lstrip().startswith("#") and any(word in line for word in words):
                    yield CronLine(path, " ".join(line.split()))


def _naming(pid: int, files: Iterable[Path]) -> Path | None:
    return next((path for path in files if _text(path).split()[:1] == [str(pid)]), None)


def _unit_of(pid: int) -> Unit | None:
    """Return the service that a process belongs to, as its control group says."""
    group = _text(Path(f"/proc/{pid}/cgroup"))
    found = _SERVICE.search(group)
    if found is None or found[1].startswith("user@"):
        return None
    return Unit(found[1], "user" if "/user.slice/" in group else "system")


def _text(path: Path) -> str:
    try:
        return path.read_text("utf-8", "replace")
    except OSError:
        return ""
