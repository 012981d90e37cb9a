"""Who may read or change an index and what belongs to it."""

import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from tasks.upkeep import belongings
from tasks.upkeep.findings import Finding, Health, Topic
from tasks.upkeep.patient import Patient

NAME: Final = "permissions"
_OTHERS: Final = ((stat.S_IWGRP, "its group"), (stat.S_IWOTH, "everyone"))
_READERS: Final = stat.S_IRGRP | stat.S_IROTH
_EMPTY: Final = ("-wal", "-shm")  # SQLite gives them the mode of their database


def examine(patient: Patient) -> Topic:
    """Look at the mode of every file and folder, and of the folder that holds the link."""
    index = _mode(patient.location)
    findings = [*_of_folder(patient)]
    for path in belongings.every_path(patient.service, patient.backups):
        if path.name.endswith(_EMPTY):
            continue
        findings += _of_path(path, _mode(path), index)
    return Topic(NAME, {"index_mode": f"{index:04o}"}, tuple(findings))


def _of_path(path: Path, mode: int, index_mode: int) -> Iterator[Finding]:
    writers = [who for bit, who in _OTHERS if mode & bit]
    if writers:
        yield Finding(
            Health.DEGRADED,
            f"{' and '.join(writers)} may write to {path} (mode {mode:04o})",
            "Whoever does changes what readers are told, or what a restore brings back.",
            f"Take it from them: `chmod go-w {path}`.",
        )
    if path.is_file() and mode & _READERS & ~index_mode:
        yield Finding(
            Health.DEGRADED,
            f"{path} may be read by more people than the index (mode {mode:04o})",
            "It holds the same code as the index, or what was said of it.",
            f"Take it from them: `chmod go-r {path}`.",
        )


def _of_folder(patient: Patient) -> Iterator[Finding]:
    folder = patient.service.absolute().parent
    mode = _mode(folder)
    if mode & stat.S_IWOTH and not mode & stat.S_ISVTX:
        yield Finding(
            Health.DEGRADED,
            f"everyone may write to {folder} (mode {mode:04o})",
            "Whoever does may put another index in the place of this one.",
            f"Take it from them: `chmod o-w {folder}`.",
        )


def _mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)
