"""Derive again what a manifest says, from the artifacts, the index and the roots, and compare."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

import apsw
import pyarrow as pa

from migrations.opening import connect
from verification import manifest
from verification.commits import forget_processes
from verification.places import Place, root_of
from verification.report import read_flaws
from verification.subject import NO_CODE, NO_INDEX_BEFORE, NO_RUN, Subject
from verification.verify import verify

NOT_KEPT: Final = {  # why a check has nothing to look at once its run is over
    NO_INDEX_BEFORE: "the index before is not kept in the reports",
    NO_CODE: "the code is not kept in the reports; name it with --code",
    NO_RUN: "the index names another folder, or another run",
}


@dataclass(frozen=True, slots=True)
class Comparison:
    """One thing that a run has stated, and what it is today."""

    what: str
    stated: str
    found: str | None  # None: it cannot be derived again here
    why_not: str = ""  # goes with None

    @property
    def matches(self) -> bool | None:
        """Tell whether both are equal; None where one cannot be derived again."""
        return None if self.found is None else self.stated == self.found


def rederive(folder: Path, index: Subject | None) -> Iterator[Comparison]:
    """Compare all that a run's manifest says: artifacts, inputs, parsers, DDL, outcomes, verdict.

    ``index`` is what the run made, or None where it is gone; what its inventory tells is added.
    Raises OSError, ValueError or KeyError where ``folder`` holds no manifest that can be read.
    """
    statement = manifest.read(folder)
    stated = statement["predicate"]
    yield from _artifacts(folder, statement["subject"])
    yield from _sets(folder, stated["symbolSets"])
    if index is None:
        yield Comparison("index", "made by this run", None, "it is not there any more")
        return
    recorded_sha256, artifacts = _record(index.database)
    digest = hashlib.sha256((folder / manifest.NAME).read_bytes()).hexdigest()
    yield Comparison("manifest, by the index's record", recorded_sha256 or "no run", digest)
    derived = manifest.predicate_of(index.database)
    yield from _inputs(stated["inputs"], derived["inputs"])
    yield from (_compared(key, stated[key], derived[key]) for key in ("ddl", "outcomes"))
    yield from _tables(index.database, stated.get("tables"))
    yield from _parsers(stated["parserFingerprints"], derived["parserFingerprints"])
    yield from _roots(index.database)
    is_its_folder = artifacts is not None and Path(artifacts).resolve() == folder.resolve()
    subject = replace(
        subject_of(folder, index),
        artifacts=folder if is_its_folder else None,
        limits=manifest.limits_in(statement),
    )
    yield from _verdict(folder, stated["verdict"], subject)


def _parsers(stated: Mapping[str, str], found: Mapping[str, str]) -> Iterator[Comparison]:
    """Compare fingerprints, language by language."""
    for language in sorted(stated):
        what = f"parser of {language} in the index"
        yield Comparison(what, stated[language], found.get(language, "none"))


def subject_of(folder: Path, index: Subject) -> Subject:
    """Add what the checks of that run looked at, as its inventory tells."""
    inventory = json.loads((folder / "inventory.json").read_bytes())
    return replace(
        index,
        exports=folder / manifest.EXPORTS,
        dropped=tuple(item["name"] for item in inventory["closure"]),
        queues=tuple(queue["name"] for queue in inventory["queues"]),
        flaws=read_flaws(folder),
    )


def _artifacts(folder: Path, subjects: list[dict[str, Any]]) -> Iterator[Comparison]:
    """Compare each artifact that is stated, and each that a run leaves."""
    stated = {entry["name"]: entry["digest"]["sha256"] for entry in subjects}
    for name in sorted(stated.keys() | set(manifest.SUBJECTS)):
        yield Comparison(name, stated.get(name, "nothing"), _sha256(folder / name))


def _sets(folder: Path, stated: Mapping[str, Any]) -> Iterator[Comparison]:
    try:
        found = manifest.symbol_sets(folder / manifest.EXPORTS)
    except (OSError, pa.ArrowException) as error:
        yield Comparison("symbol sets", "four Parquet files", str(error))
        return
    yield from by_name("symbol set", stated, found)


def _tables(database: Path, stated: Mapping[str, Any] | None) -> Iterator[Comparison]:
    if stated is None:
        yield Comparison("tables", "nothing", None, "the manifest is of an older flagday")
        return
    try:
        found = manifest.tables(database)
    except ValueError as error:
        yield Comparison("tables", f"{len(stated)} that can be read", str(error))
        return
    yield from by_name("table", stated, found)


def by_name(what: str, stated: Mapping[str, Any], found: Mapping[str, Any]) -> Iterator[Comparison]:
    """Compare what has a name of its own, such as the digests of tables."""
    yield from (_compared(f"{what} {name}", stated.get(name), found[name]) for name in found)


def _record(database: Path) -> tuple[str | None, str | None]:
    """Return what the index keeps of its run: the manifest's digest, and the folder."""
    connection = connect(database, flags=apsw.SQLITE_OPEN_READONLY)
    kept: list[tuple[Any, ...]] = connection.execute(
        "SELECT lower(hex(manifest_sha256)), artifacts FROM runs ORDER BY run_id DESC LIMIT 1"
    ).fetchall()
    connection.close()
    manifest_sha256, artifacts = kept[0] if kept else (None, None)
    return manifest_sha256, artifacts


def _inputs(stated: list[dict[str, Any]], found: list[dict[str, Any]]) -> Iterator[Comparison]:
    by_name = {entry["root"]: entry for entry in found}
    for entry in stated:
        yield _compared(f"files of root {entry['root']}", entry, by_name.get(entry["root"]))
    surplus = sorted(by_name.keys() - {entry["root"] for entry in stated})
    if surplus:
        yield Comparison("roots", "no others", ", ".join(surplus))


def _roots(database: Path) -> Iterator[Comparison]:
    """Hash every file again, on disk or in its commit, and compare with the index."""
    connection = connect(database, flags=apsw.SQLITE_OPEN_READONLY)
    known: list[tuple[Any, ...]] = connection.execute(
        "SELECT root_id, name, location, commit_id FROM roots WHERE problem IS NULL ORDER BY name"
    ).fetchall()
    for root_id, name, location, commit in known:
        what = f"contents of root {name}, {'in its commit' if commit else 'on disk'}"
        files: list[tuple[Any, ...]] = connection.execute(
            "SELECT path, lower(hex(content_hash)) FROM files"
            " WHERE root_id = ? AND content_hash IS NOT NULL ORDER BY path",
            (root_id,),
        ).fetchall()
        root = root_of(location, (), commit)
        if root.why_gone():
            yield Comparison(what, f"{len(files)} files", None, "the root is not on this host")
            continue
        changed = [path for path, digest in files if _content_sha256(root.place(path)) != digest]
        first = f", the first is {changed[0]}" if changed else ""
        yield Comparison(what, "0 files differ", f"{len(changed)} files differ{first}")
    connection.close()
    forget_processes()


def _content_sha256(place: Place) -> str:
    """Return the digest of a file of a root, or why it has none."""
    try:
        return hashlib.sha256(place.read_bytes()).hexdigest()
    except OSError as error:
        return error.strerror or str(error)


def _sha256(file: Path) -> str:
    """Return the digest of a file, or why it has none."""
    try:
        return manifest.file_sha256(file)
    except OSError as error:
        return error.strerror or str(error)


def _verdict(folder: Path, stated: str, subject: Subject) -> Iterator[Comparison]:
    """Run every check again; one that has nothing to look at now is not held against the run."""
    before = json.loads((folder / "verification.json").read_bytes())["findings"]
    verdict = verify(subject)
    yield Comparison("verdict", stated, verdict.word)
    past = {item["check_id"]: (item["offences"], item["not_applicable"]) for item in before}
    for finding in verdict.findings:
        stated_offences, was_not_applicable = past.get(finding.check_id, (0, None))
        if past.get(finding.check_id) == (finding.offences, finding.not_applicable):
            continue  # it tells no more than the verdict
        why = finding.not_applicable or ""
        yield Comparison(
            f"check {finding.check_id}",
            f"{stated_offences} offences",
            None if why else f"{finding.offences} offences",
            why if was_not_applicable else NOT_KEPT.get(why, why),
        )


def _compared(what: str, stated: object, found: object) -> Comparison:
    return Comparison(what, *(json.dumps(value, sort_keys=True) for value in (stated, found)))
