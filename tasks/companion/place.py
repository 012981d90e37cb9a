"""Where the companion of an index lies: beside the path that readers open."""

from pathlib import Path


def companion_of(index: Path) -> Path:
    """Return the companion of an index; the symbolic link to a generation is not followed."""
    return index.with_name(f"{index.name}.companion.db")


def quarantined(index: Path) -> list[Path]:
    """Return the damaged companions of an index that were moved away, the oldest first."""
    companion = companion_of(index)
    return sorted(companion.parent.glob(f"{companion.name}.damaged-*.db"))


def belongings(index: Path) -> tuple[Path, ...]:
    """Name every file that a companion, and a damaged one, consist of."""
    return tuple(
        database.with_name(database.name + suffix)
        for database in (companion_of(index), *quarantined(index))
        for suffix in ("", "-wal", "-shm", "-journal")
    )
