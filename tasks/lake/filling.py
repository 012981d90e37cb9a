"""Fill a lake: write what is new, switch the catalogue, delete what is old. In this order.

Whoever is killed in between leaves the catalogue of before, and files that it does not name; the
next one deletes them.
"""

import fcntl
import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Final

import pyarrow as pa

from tasks.errors import PreconditionFailed, StepFailed
from tasks.faults import why
from tasks.lake.catalogue import (
    FORMAT,
    Catalogue,
    Member,
    Partition,
    Table,
    path_of,
    read_catalogue,
    write_catalogue,
)
from tasks.lake.damage import Damaged, without_damage
from tasks.lake.membership import catalogue_for, require_index
from tasks.lake.partitioning import Place, digits_of, partitions
from tasks.lake.share import NOTHING, OfOthers, Share, content_rows, of_others
from tasks.lake.sweeping import IGNORED, LOCK, UNNAMED, sweep
from tasks.lake.tables import TABLES, encoded, types_in
from tasks.whole_files import sync_one

NAME_DIGITS: Final = 32
_OF_CONTENTS: Final[tuple[Table, ...]] = ("asts", "symbols", "refs")


@dataclass(frozen=True, slots=True)
class Changes:
    """What an export did to the partitions of a lake, and what the lake has now."""

    added: int
    kept: int
    removed: int
    rows: dict[str, int]  # by table
    lacking: tuple[str, ...] = ()  # indexes that lost rows with a damaged file


@dataclass(slots=True)
class _Writing:
    """The partitions of a lake to be, beside those that are."""

    folder: Path
    before: dict[str, Partition]  # by path
    partitions: dict[str, Partition] = field(default_factory=dict)  # by path
    written: list[Path] = field(default_factory=list)

    def files(self, place: Place, rows: pa.Table) -> None:
        """Name a partition of files by its bytes; there is nothing else to tell it by."""
        made = encoded("files", rows)
        name = hashlib.sha256(made).hexdigest()[:NAME_DIGITS]
        self._add("files", place, name, lambda: rows)

    def contents(self, place: Place, asts: pa.Table, rows: Callable[[Table], pa.Table]) -> None:
        """Name partitions by the ASTs that their rows are derived from; read no rows for it."""
        name = name_of(asts)
        for table in _OF_CONTENTS:
            self._add(table, place, name, partial(rows, table))

    def _add(self, table: Table, place: Place, name: str, rows: Callable[[], pa.Table]) -> None:
        path = path_of(table, *place, name)
        kept = self.before.get(path)
        if kept is None or not _is_whole(self.folder / path, kept):
            kept = self._written(table, place, name, rows())
        if kept is not None:
            self.partitions[path] = kept

    def _written(self, table: Table, place: Place, name: str, rows: pa.Table) -> Partition | None:
        """Write the file of a partition, which appears whole; none where there are no rows."""
        if not rows.num_rows:
            return None
        made = encoded(table, rows)
        target = self.folder / path_of(table, *place, name)
        target.parent.mkdir(parents=True, exist_ok=True)
        unfinished = target.with_name(f"{target.name}{UNNAMED}")
        unfinished.write_bytes(made)
        unfinished.replace(target)
        self.written.append(target)
        return Partition(
            table=table,
            language=place.language,
            prefix=place.prefix,
            name=name,
            rows=rows.num_rows,
            size_bytes=made.size,
            sha256=hashlib.sha256(made).hexdigest(),
            types=types_in(table, rows),
        )


def fill(folder: Path, member: Member, share: Share) -> Changes:
    """Make a lake hold an index as it is now, beside the other indexes that are in it.

    Raises PreconditionFailed where the folder is no lake, another export is at work there, or a
    root is another index's; StepFailed where it cannot be written to.
    """
    with _faults_told(folder):
        folder.mkdir(parents=True, exist_ok=True)
        with _alone(folder):
            before = catalogue_for(folder, member.name, member.roots)
            (folder / IGNORED).write_text("*\n", "utf-8")  # a lake in a root is none of its files
            return _switch(folder, before, before.without(member.name), share, member)


def drop(folder: Path, name: str) -> Changes:
    """Take an index out of a lake; what other indexes have too stays.

    Raises PreconditionFailed where there is no lake, or no such index in it, or an export is at
    work there; StepFailed where it cannot be written to.
    """
    require_index(folder, name, read_catalogue(folder))
    with _faults_told(folder), _alone(folder):
        before = read_catalogue(folder)
        return _switch(folder, before, before.without(name), NOTHING)


def _switch(
    folder: Path, before: Catalogue, others: Catalogue, share: Share, *members: Member
) -> Changes:
    """Put a catalogue of the other indexes and of these members in the place of that of before."""
    catalogue, written = _renewed(folder, others, share, members)
    _sync(folder, written)
    write_catalogue(folder, catalogue)
    sweep(folder, catalogue)
    return _changes(before, catalogue)


def _renewed(
    folder: Path, before: Catalogue, share: Share, members: tuple[Member, ...]
) -> tuple[Catalogue, list[Path]]:
    """Write what is new; without what is damaged, once something of it would be needed."""
    try:
        others = of_others(folder, before, share)
        writing = _write(folder, before, share, others)
    except Damaged:
        return _renewed(folder, without_damage(folder, before), share, members)
    known = (
        each.model_copy(update={"is_whole": False}) if each.roots.keys() & others.lacking else each
        for each in before.indexes
    )
    catalogue = Catalogue(
        indexes=tuple(sorted([*known, *members], key=_name)),
        partitions=tuple(writing.partitions[path] for path in sorted(writing.partitions)),
    )
    return catalogue, writing.written


def _write(folder: Path, before: Catalogue, share: Share, others: OfOthers) -> _Writing:
    """Write what is new of the partitions to be. Raises Damaged."""
    files = pa.concat_tables([share.files, others.files])
    asts = pa.concat_tables([share.asts, others.asts])
    digits = digits_of(files, asts)
    writing = _Writing(folder, {partition.path: partition for partition in before.partitions})
    for place, rows in partitions(files, digits):
        writing.files(place, rows)
    for place, rows in partitions(asts, digits):
        writing.contents(place, rows, partial(content_rows, share, others, place, rows))
    return writing


def _sync(folder: Path, written: list[Path]) -> None:
    """Bring files and their names to the disk; all of them at the end, which costs least."""
    for path in written:
        sync_one(path)
    folders = {parent for path in written for parent in list(path.parents)[:3]}
    for each in sorted(folders | {folder}):
        sync_one(each)


def _changes(before: Catalogue, after: Catalogue) -> Changes:
    old = {(partition.path, partition.sha256) for partition in before.partitions}
    new = {(partition.path, partition.sha256) for partition in after.partitions}
    rows = {table: sum(each.rows for each in after.of_table(table)) for table in TABLES}
    return Changes(len(new - old), len(new & old), len(old - new), rows, after.lacking())


def name_of(asts: pa.Table) -> str:
    """Name a partition of contents by its ASTs, which determine its rows."""
    keys = zip(asts["content_hash"].to_pylist(), asts["fingerprint"].to_pylist(), strict=True)
    digest = hashlib.sha256(f"lake {FORMAT}\n".encode())
    for content_hash, fingerprint in sorted(keys):
        digest.update(content_hash + fingerprint)
    return digest.hexdigest()[:NAME_DIGITS]


def _is_whole(file: Path, partition: Partition) -> bool:
    return file.is_file() and file.stat().st_size == partition.size_bytes


def _name(member: Member) -> str:
    return member.name


@contextmanager
def _faults_told(folder: Path) -> Iterator[None]:
    """Raise StepFailed where the system refuses what is done to a lake."""
    try:
        yield
    except OSError as error:
        raise StepFailed(
            f"the lake {folder} cannot be written: {why(error, folder)}",
            next_step="Make room or choose another folder. Readers see the lake of before.",
        ) from error


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Refuse to work beside another export. The kernel frees the lock of a dead process."""
    with (folder / LOCK).open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise PreconditionFailed(
                f"another export writes the lake {folder}",
                next_step="Wait for it, and export again. Nothing was changed.",
            ) from error
        yield
