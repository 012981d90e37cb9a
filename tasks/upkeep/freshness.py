"""Whether the files of the roots are still those that the index was made of.

A file of the same size and time is taken for unchanged; of another time and the same size, its
content is hashed. A quick examination looks at a sample, a full one at every file, and for files
that have come since.
"""

import hashlib
import json
import os
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import apsw

from tasks.regular_file import is_gone, read_regular
from tasks.spelling import path_of
from tasks.upkeep.findings import Finding, Health, Topic
from tasks.upkeep.patient import Patient
from tasks.upkeep.schema import other_schema

NAME: Final = "freshness"
SAMPLE: Final = 2000  # files of a quick examination, spread evenly
_OF_NO_CONCERN: Final = ("excluded by the plan", "path is not UTF-8")  # whatever became of it
_SHOWN: Final = 3
_MAX_ROOTS: Final = 3  # that a command names


@dataclass(frozen=True, slots=True)
class _File:
    """What the index says of one file."""

    root: str
    location: Path
    path: str
    size_bytes: int
    mtime_ns: int
    content_hash: bytes | None

    @property
    def name(self) -> str:
        return f"{self.root}/{self.path}"

    @property
    def place(self) -> Path:
        return self.location / os.fsdecode(path_of(self.path))


def examine(patient: Patient, connection: apsw.Connection) -> Topic:
    """Compare files with what the index says of them; one of another schema names no roots."""
    if other := other_schema(connection):
        return Topic(NAME, not_examined=f"{other}; not examined")
    roots: dict[str, Path] = {
        str(name): Path(str(location))
        for name, location in connection.execute(
            "SELECT name, location FROM roots WHERE problem IS NULL ORDER BY name"
        )
    }
    gone_roots = [name for name, location in roots.items() if not location.is_dir()]
    there = [file for file in _chosen(patient, connection) if file.root not in gone_roots]
    changed = [file.name for file in there if _differs(file)]
    gone = [file.name for file in there if is_gone(file.place)]
    added = [*_added(patient, connection, roots)] if patient.listed else None
    facts = {
        "files": connection.execute("SELECT COUNT(*) FROM files").get,
        "examined": len(there),
        "changed": len(changed),
        "gone": len(gone),
        "added": None if added is None else len(added),
        "missing_roots": len(gone_roots),
    }
    found = {"changed": changed, "gone": gone, "added": added or []}
    findings = [*_missing(gone_roots, roots), *_moved(patient, connection)]
    if any(found.values()):
        findings.append(_stale(patient, found, len(there), list(roots.values())))
    return Topic(NAME, facts, tuple(findings))


def _chosen(patient: Patient, connection: apsw.Connection) -> list[_File]:
    """Return the files to look at, in the order of the index."""
    count = int(connection.execute("SELECT COUNT(*) FROM files").get)
    step = 1 if patient.is_full else max(-(-count // SAMPLE), 1)
    rows = connection.execute(
        "SELECT roots.name, location, path, size_bytes, mtime_ns, content_hash"
        " FROM files INNER JOIN roots USING (root_id)"
        " WHERE file_id % ? = 0 AND reason IS NOT ? AND reason IS NOT ? AND commit_id IS NULL"
        " ORDER BY file_id",
        (step, *_OF_NO_CONCERN),
    )
    return [
        _File(str(root), Path(str(location)), str(path), int(size), int(mtime), content)
        for root, location, path, size, mtime, content in rows
    ]


def _differs(file: _File) -> bool:
    """Tell whether a file has another content; by its size and time first."""
    try:
        status = file.place.lstat()
        if status.st_size != file.size_bytes:
            return True
        if status.st_mtime_ns == file.mtime_ns or file.content_hash is None:
            return False
        data = read_regular(file.location.resolve() / file.path, file.size_bytes + 1)
    except OSError:
        return False
    return hashlib.sha256(data).digest() != file.content_hash


def _added(patient: Patient, connection: apsw.Connection, roots: dict[str, Path]) -> Iterator[str]:
    exclude = dict(connection.execute("SELECT name, exclude FROM roots WHERE commit_id IS NULL"))
    for name, location in roots.items():
        if patient.listed is None or name not in exclude or not location.is_dir():
            continue
        listed = patient.listed(location, json.loads(str(exclude[name])))
        known = {
            str(path)
            for (path,) in connection.execute(
                "SELECT path FROM files INNER JOIN roots USING (root_id) WHERE roots.name = ?",
                (name,),
            )
        }
        yield from (f"{name}/{path}" for path in sorted(listed - known))


def _missing(gone: list[str], roots: dict[str, Path]) -> Iterator[Finding]:
    for name in gone:
        yield Finding(
            Health.STALE,
            f"root {name} is not at {roots[name]}",
            "Nobody can tell whether the index is true of it.",
            "Mount it, or rebuild the index without it.",
        )


def _moved(patient: Patient, connection: apsw.Connection) -> Iterator[Finding]:
    """Tell which revisions are other commits by now, and which roots nobody could read."""
    rows: list[tuple[Any, ...]] = connection.execute(
        "SELECT name, location, revision, commit_id, problem FROM roots"
        " WHERE revision IS NOT NULL OR problem IS NOT NULL ORDER BY name"
    ).fetchall()
    run = patient.command("run ROOT…")
    for name, location, revision, commit, problem in rows:
        now = None if problem else patient.commit_of(Path(location), revision)
        if problem:
            why = "The index has nothing of it."
            yield Finding(Health.STALE, f"root {name} was not read: {problem}", why, f"Then {run}.")
        elif now != commit:
            yield Finding(
                Health.STALE,
                f"root {name} is {commit[:12]}, and {revision} is {(now or 'no more')[:12]}",
                "Answers are those of the commit as it was.",
                f"Rebuild it with {run}.",
            )


def _stale(
    patient: Patient, found: dict[str, list[str]], examined: int, locations: list[Path]
) -> Finding:
    counts = ", ".join(f"{len(names)} {word}" for word, names in found.items() if names)
    first = next(names for names in found.values() if names)[:_SHOWN]
    roots = " ".join(shlex.quote(str(path)) for path in locations)
    run = f"run {roots}" if len(locations) <= _MAX_ROOTS else "run ROOT…"
    return Finding(
        Health.STALE,
        f"of {examined} files looked at: {counts} since they were read; the first: "
        + ", ".join(first),
        "Answers are those of the files as they were.",
        f"Rebuild it with {patient.command(run)}.",
    )
