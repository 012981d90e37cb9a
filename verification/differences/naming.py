"""What a name on the command line stands for: a run, a database, a folder of Parquet files."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Final

import apsw

from migrations import runner
from verification.differences.database import DatabaseSets
from verification.differences.model import NotComparable
from verification.differences.parquet import ParquetSets
from verification.differences.sets import Sets
from verification.inventory.take import untouched
from verification.manifest import EXPORTS

_LISTED: Final = "files.parquet"  # a folder that holds it holds the others


class Kind(StrEnum):
    """What can be compared."""

    RUN = "run"
    DATABASE = "database"
    PARQUET = "Parquet folder"


@dataclass(frozen=True, slots=True)
class Side:
    """One side of a comparison."""

    name: str  # as it was named
    kind: Kind
    location: Path  # a database, or a folder of Parquet files


def find_side(name: str, run: Path) -> Side:
    """Say what ``name`` is: a path, or else the id of the run whose folder of artifacts is ``run``.

    Raises NotComparable.
    """
    path = Path(name)
    if path.is_file():
        return Side(name, Kind.DATABASE, path)
    if (path / _LISTED).is_file():
        return Side(name, Kind.PARQUET, path)
    for folder in (path, run):
        if _is_exported(folder):
            return Side(name, Kind.RUN, folder / EXPORTS)
    what = f"{name} is no database, no folder of Parquet files and no run"
    if run.is_dir():
        what = f"run {name} did not get as far as its export"
    newest = _newest(run.parent)
    raise NotComparable(
        what + (f"; the runs in {run.parent} end with {newest}" if newest else ""),
        next_step="Name a database, a folder of `flagday export`, a run's folder of artifacts, "
        "or the id of a run.",
    )


@contextmanager
def opened(side: Side) -> Iterator[Sets]:
    """Open one side to read from. Raises NotComparable."""
    if side.kind is not Kind.DATABASE:
        yield ParquetSets(side.location)
        return
    version = schema_version(side.location)
    if version != runner.LATEST:
        is_ours = f"has schema v{version}, not v{runner.LATEST}"
        raise NotComparable(
            f"{side.name} {is_ours if version else 'is not a flagday index'}",
            next_step="Rebuild it with `flagday run --db`, or compare other indexes.",
        )
    with DatabaseSets(side.location) as sets:
        yield sets


def schema_version(database: Path) -> int:
    """Return the version of our lineage that a database has, 0 for none. Raises NotComparable."""
    try:
        with untouched(database) as connection:
            return runner.current_version(connection)
    except (apsw.Error, OSError) as error:
        raise NotComparable(
            f"{database} cannot be read as a database: {error}",
            next_step="Name another, or restore it from a backup.",
        ) from error


def _is_exported(run: Path) -> bool:
    return (run / EXPORTS / _LISTED).is_file()


def _newest(runs: Path) -> str:
    """Name the last three runs that got as far as their export."""
    done = [path.name for path in runs.iterdir() if _is_exported(path)] if runs.is_dir() else []
    return ", ".join(sorted(done)[-3:])
