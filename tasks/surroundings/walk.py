"""The files below a folder, as far as a first look goes."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

MAX_DEPTH: Final = 4  # folders below the first
MAX_FILES: Final = 50_000  # of all folders together
_SKIPPED: Final = frozenset(
    {"node_modules", "venv", "__pycache__", "site-packages", "target", "build", "dist"}
)
_REPORT: Final = "run_results.json"
_OURS: Final = (".generations", ".backups")


@dataclass(frozen=True, slots=True)
class Below:
    """What lies below a folder, in path order."""

    repositories: tuple[Path, ...]
    files: tuple[Path, ...]


def look_below(folder: Path) -> Below:
    """List repositories and files; hidden, installed and generated folders are passed over."""
    repositories: list[Path] = []
    files: list[Path] = []
    for place, folders, names in _walk(folder):
        if (place / ".git").exists():
            repositories.append(place)
        files.extend(place / name for name in sorted(names) if _is_text(name))
        if len(files) >= MAX_FILES:
            folders.clear()
    return Below(tuple(repositories), tuple(files[:MAX_FILES]))


def _walk(folder: Path) -> Iterator[tuple[Path, list[str], list[str]]]:
    for place, folders, names in os.walk(folder):
        if _REPORT in names:  # what a run has written
            folders.clear()
            continue
        depth = len(Path(place).relative_to(folder).parts)
        folders[:] = sorted(name for name in folders if _is_looked_at(name) and depth < MAX_DEPTH)
        yield Path(place), folders, names


def _is_looked_at(name: str) -> bool:
    return (
        _is_text(name)
        and not name.startswith(".")
        and name not in _SKIPPED
        and not name.endswith(_OURS)
    )


def _is_text(name: str) -> bool:
    """Tell whether a plan, which is UTF-8, can hold the name."""
    return not any("\udc80" <= char <= "\udcff" for char in name)
