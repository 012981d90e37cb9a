"""The migrations as files: ``v<N>_<name>.up.sql`` with its ``.down.sql``, as they are stated."""

import hashlib
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from migrations.manifest import FOLDER, MANIFEST, stated

_FILE = re.compile(r"v(?P<version>\d+)_(?P<name>\w+)\.up\.sql")


class MigrationError(Exception):
    """A migration is refused: what is wrong, and what to do next."""

    def __init__(self, what: str, *, next_step: str) -> None:
        """Keep ``what`` is wrong and the ``next_step`` that an operator can take."""
        super().__init__(what)
        self.what = what
        self.next_step = next_step


@dataclass(frozen=True, slots=True)
class Migration:
    """One step of the lineage."""

    version: int
    name: str
    up: bytes  # the file as it stands
    down: bytes

    @property
    def checksum(self) -> str:
        """SHA-256 over the bytes of the up file, hexadecimal."""
        return hashlib.sha256(self.up).hexdigest()

    @property
    def title(self) -> str:
        """The title that the header gives."""
        match = re.search(rb"^-- title:\s*(.+)$", self.up, re.MULTILINE)
        return match[1].decode() if match else self.name


@cache
def migrations(folder: Path = FOLDER) -> tuple[Migration, ...]:
    """Return the lineage in order of version.

    Raises MigrationError where a file is not what ``MANIFEST.sha256`` says, a version is missing
    or there twice, or a way up has no way down.
    """
    broken = broken_files(folder)
    if broken:
        raise MigrationError(
            f"migration files differ from {MANIFEST}: {', '.join(broken)}",
            next_step="Restore them: a released migration is never edited. Nothing was changed.",
        )
    _require_pairs(folder)
    found = sorted((_read(path) for path in folder.glob("*.up.sql")), key=_version)
    _require_no_hole([migration.version for migration in found])
    return tuple(found)


def broken_files(folder: Path = FOLDER) -> list[str]:
    """Name the files that are changed, missing, or not listed in the manifest.

    Without a manifest that is all of them.
    """
    listed = stated(folder)
    actual = {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.glob("*.sql")
    }
    return sorted(name for name in listed | actual if listed.get(name) != actual.get(name))


def _require_pairs(folder: Path) -> None:
    ups, downs = (
        {path.name.removesuffix(suffix) for path in folder.glob(f"*{suffix}")}
        for suffix in (".up.sql", ".down.sql")
    )
    lonely = sorted(ups ^ downs)
    if lonely:
        raise MigrationError(
            f"these have a way up or a way down, not both: {', '.join(lonely)}",
            next_step="Add the file that is missing. Nothing was changed.",
        )


def _require_no_hole(versions: list[int]) -> None:
    if versions != list(range(1, len(versions) + 1)):
        raise MigrationError(
            f"the lineage is not v1, v2, … without a gap, but {', '.join(map(str, versions))}",
            next_step="Restore the migration files. Nothing was changed.",
        )


def _read(path: Path) -> Migration:
    match = _FILE.fullmatch(path.name)
    if match is None:
        raise MigrationError(
            f"{path.name} is not named v<N>_<name>.up.sql", next_step="Rename the file."
        )
    down = path.with_name(path.name.replace(".up.", ".down."))
    return Migration(int(match["version"]), match["name"], path.read_bytes(), down.read_bytes())


def _version(migration: Migration) -> int:
    return migration.version
