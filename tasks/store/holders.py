"""Who has a database open for writing, as /proc says. Elsewhere nobody is seen: the lock tells."""

import os
from collections.abc import Collection, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

_DELETED: Final = " (deleted)"
_SHOWN: Final = 120  # characters of a command


@dataclass(frozen=True, slots=True)
class Holder:
    """A process that has the database open for writing."""

    pid: int
    command: str

    def __str__(self) -> str:
        """Say it as messages do, on one short line."""
        line = " ".join(self.command.split())
        return f"pid {self.pid} ({line if len(line) <= _SHOWN else f'{line[: _SHOWN - 1]}…'})"


@dataclass(frozen=True, slots=True)
class _Opened:
    """One file of the database as one process has it."""

    is_log: bool  # its -wal or -shm
    is_writable: bool


def writers(database: Path, but: Collection[int] = ()) -> list[Holder]:
    """Return the other processes that hold ``database`` open for writing, by pid.

    Its -wal and -shm count too, mapped into memory as well, and so do files that are deleted by
    now. A reader in WAL mode has those two open for writing and the database for reading alone:
    it is no writer. Processes of other users are seen only by root. ``but`` are pids to leave out.
    """
    wanted = _Files(database)
    processes = (int(entry.name) for entry in Path("/proc").glob("[0-9]*"))
    others = (pid for pid in processes if pid != os.getpid() and pid not in but)
    found = (pid for pid in others if _is_writer(set(_opened(pid, wanted))))
    return [Holder(pid, command_of(pid)) for pid in sorted(found)]


def held(database: Path, holders: Collection[Holder]) -> str:
    """Say who has a database open for writing."""
    return f"{database} is open for writing in {', '.join(map(str, holders))}"


def to_be_rid_of(holders: Collection[Holder]) -> str:
    """Say what can be done about writers that no plan knows."""
    pids = ", ".join(str(holder.pid) for holder in holders)
    return (
        f"Stop pid {pids}, or have the run do so: `flagday init --dry-run` suggests the entry "
        "under [[builders]]."
    )


def command_of(pid: int) -> str:
    """Return the command line of a process; a question mark where it cannot be read."""
    try:
        words = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
    except OSError:
        return "?"
    return b" ".join(words).decode(errors="replace").strip() or "?"


class _Files:
    """What is known of a database, its -wal and its -shm: inodes, and their names once deleted."""

    def __init__(self, database: Path) -> None:
        self._logs: dict[tuple[int, int] | str, bool] = {}
        location = database.resolve()
        for suffix in ("", "-wal", "-shm"):
            path = location.with_name(location.name + suffix)
            self._logs[f"{path}{_DELETED}"] = bool(suffix)
            if path.exists():
                status = path.stat()
                self._logs[status.st_dev, status.st_ino] = bool(suffix)

    def is_log(self, identity: tuple[int, int], name: str) -> bool | None:
        """Tell whether a file is a log of the database; None: it does not belong to it."""
        return self._logs.get(identity, self._logs.get(name))


def _is_writer(opened: set[_Opened]) -> bool:
    if _Opened(is_log=False, is_writable=True) in opened:
        return True
    is_reader = _Opened(is_log=False, is_writable=False) in opened
    return _Opened(is_log=True, is_writable=True) in opened and not is_reader


def _opened(pid: int, wanted: _Files) -> Iterator[_Opened]:
    """Yield how a process has the wanted files; nothing where it ended or is another user's."""
    process = Path(f"/proc/{pid}")
    try:
        descriptors = list((process / "fd").iterdir())
        maps = (process / "maps").read_bytes()
    except OSError:
        return
    for descriptor in descriptors:
        with suppress(OSError):  # it is closed by now
            status = descriptor.stat()
            is_log = wanted.is_log((status.st_dev, status.st_ino), str(descriptor.readlink()))
            if is_log is not None:
                yield _Opened(is_log, _is_writable(process / "fdinfo" / descriptor.name))
    yield from _mapped(maps, wanted)


def _mapped(maps: bytes, wanted: _Files) -> Iterator[_Opened]:
    """Yield the wanted files among shared mappings, which may outlive their descriptors."""
    for line in maps.splitlines():
        _, flags, _, device, inode, *name = line.split(maxsplit=5)
        if not flags.endswith(b"s") or not name:
            continue
        major, minor = (int(part, 16) for part in device.split(b":"))
        is_log = wanted.is_log((os.makedev(major, minor), int(inode)), os.fsdecode(name[0]))
        if is_log is not None:
            yield _Opened(is_log, b"w" in flags)


def _is_writable(details: Path) -> bool:
    text = details.read_text("utf-8")
    flags = next(line.split()[1] for line in text.splitlines() if line.startswith("flags:"))
    return int(flags, 8) & os.O_ACCMODE != os.O_RDONLY
