"""What lies in the folder of a lake beside what its catalogue names: leftovers, foreign files."""

import re
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Final

from tasks.lake.catalogue import CATALOGUE, Catalogue
from tasks.lake.tables import TABLES
from tasks.whole_files import UNFINISHED

LOCK: Final = ".lock"
IGNORED: Final = ".gitignore"
UNNAMED: Final = ".unfinished"  # at the end, so that no pattern of others takes it for Parquet
_OURS: Final = re.compile(
    rf"({'|'.join(TABLES)})/language=[^/]+/prefix=x[0-9a-f]*/[0-9a-f]{{32}}\.parquet"
    rf"({re.escape(UNNAMED)})?"
)
_OWN: Final = frozenset({LOCK, IGNORED, CATALOGUE})
_KNOWN: Final = frozenset({*TABLES, *_OWN, f"{UNFINISHED}{CATALOGUE}"})


def foreign_entries(folder: Path) -> list[str]:
    """Name what lies in a folder and no export of a lake has put there."""
    return sorted(entry.name for entry in folder.iterdir() if entry.name not in _KNOWN)


def leftovers(folder: Path, catalogue: Catalogue) -> list[Path]:
    """Return the files of ours that the catalogue does not name; links are not followed."""
    named = {partition.path for partition in catalogue.partitions}
    return [path for path in _ours(folder) if str(path.relative_to(folder)) not in named]


def strangers(folder: Path, catalogue: Catalogue) -> list[Path]:
    """Return every file and every link that is neither the catalogue's nor the lake's own."""
    named = {partition.path for partition in catalogue.partitions} | _OWN
    return [path for path in _files(folder) if str(path.relative_to(folder)) not in named]


def sweep(folder: Path, catalogue: Catalogue) -> None:
    """Delete leftovers, and the folders that are empty then."""
    for path in leftovers(folder, catalogue):
        path.unlink()
        for parent in (path.parent, path.parent.parent, path.parent.parent.parent):
            with suppress(OSError):  # others are in it
                parent.rmdir()


def _files(folder: Path) -> Iterator[Path]:
    """Yield what is no folder, in the order of paths; links are not followed."""
    for path in sorted(folder.iterdir()):
        if path.is_dir() and not path.is_symlink():
            yield from _files(path)
        else:
            yield path


def _ours(folder: Path) -> Iterator[Path]:
    for table in TABLES:
        top = folder / table
        if top.is_symlink():
            continue
        for path in sorted(top.glob("language=*/prefix=*/*")):
            is_linked = path.parent.is_symlink() or path.parent.parent.is_symlink()
            if not is_linked and _OURS.fullmatch(str(path.relative_to(folder))):
                yield path
