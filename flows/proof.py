"""Prove again, in a process of its own: an index by its checks, a run by all that it stated."""

from collections.abc import Iterator, Mapping
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import adbc_driver_sqlite.dbapi as adbc
import apsw
import pyarrow as pa

from tasks import run_folders
from tasks.errors import PreconditionFailed, VerdictFailed
from tasks.own_folders import own_folders
from tasks.reextract import EXTRACTOR
from tasks.store import backup_files
from tasks.store.generations import candidate_of
from tasks.store.untouched import writable
from tasks.syntax.languages import languages
from tasks.upkeep.record import last_digest
from tasks.working_folder import elsewhere
from verification import manifest, signature
from verification.inventory.gate import Rules
from verification.rederive import NOT_KEPT, Comparison, by_name, rederive
from verification.report import read_flaws
from verification.subject import NO_RUN, Finding, Limits, Subject, Verdict
from verification.verify import verify

# Why a check of an index alone has nothing to look at.
_OF_NOW: Final = {**NOT_KEPT, NO_RUN: "the folder of its run is not there"}
_THE_SAME: Final = "those of the run"
# What reading a folder raises that is not, byte by byte, what a run left.
_NO_RUN: Final = (
    OSError,
    ValueError,
    LookupError,
    TypeError,
    AttributeError,
    pa.ArrowException,
    apsw.Error,
)


def check_index(db: Path, artifacts: Path | None, code: tuple[Path, ...], rules: Rules) -> Verdict:
    """Run every check on an index, those of its run where ``artifacts`` is still there.

    What was broken before the day, as the run's inventory tells, is not held against the index.
    Some checks write and take it back: where this user may not write, they run on a copy.
    """
    folder = artifacts if artifacts and artifacts.is_dir() else None
    with writable(db) as database:
        subject = replace(
            _subject(db, db, artifacts, code, rules),
            database=database,
            exports=folder / manifest.EXPORTS if folder else None,
            artifacts=folder,
            flaws=read_flaws(folder) if folder else (),
            limits=_limits(folder) if folder else None,
        )
        verdict = verify(subject)
    return replace(verdict, findings=tuple(map(_as_of_now, verdict.findings)))


def _as_of_now(finding: Finding) -> Finding:
    """Say of what only a run has at hand that it is not kept."""
    why = finding.not_applicable or ""
    return replace(finding, not_applicable=_OF_NOW.get(why, why) or None)


def _limits(folder: Path) -> Limits | None:
    """Return what the plan of a run left out; None where its manifest does not tell."""
    try:
        return manifest.limits_in(manifest.read(folder))
    except _NO_RUN:  # V-073 and V-074 tell of it
        return None


def folder_of(run: str, db: Path) -> Path:
    """Find a run by its folder or its id. Raises PreconditionFailed where there is none."""
    for folder in (Path(run), run_folders.artifacts_of(db, run)):
        if (folder / manifest.NAME).is_file():
            return folder
    raise PreconditionFailed(
        f"there is no run {run} with a manifest",
        next_step=f"Name a folder that has a {manifest.NAME}, or an id below "
        f"{run_folders.folder_of(db)}.",
    )


def check_run(folder: Path, db: Path, code: tuple[Path, ...], rules: Rules) -> list[Comparison]:
    """Compare all that a run stated with what is derived anew, here and now.

    The index is the run's own generation where it is still there, else the one in service.
    Raises VerdictFailed where the folder is not what a run leaves.
    """
    generation = candidate_of(db, folder.name)
    database = generation if generation.is_file() else db if db.exists() else None
    try:
        stated = manifest.read(folder)["predicate"]
        with writable(database) if database else nullcontext() as readable:
            index = None
            if database and readable:
                index = replace(_subject(database, db, folder, code, rules), database=readable)
            compared = [
                *rederive(folder, index),
                *(_sets(readable, stated["symbolSets"]) if readable else ()),
                _installed(stated["parserFingerprints"]),
            ]
    except _NO_RUN as error:
        raise VerdictFailed(
            f"{folder} cannot be read as a run: {type(error).__name__}: {error}",
            next_step="Restore it from where its reports were committed.",
        ) from error
    return compared


def _installed(stated: Mapping[str, str]) -> Comparison:
    """Compare the parsers of a run with those of this flagday, all at once."""
    found = {name: entry.fingerprint.hex() for name, entry in languages().items()}
    others = sorted(name for name, mark in stated.items() if found.get(name) != mark)
    said = f"others for {', '.join(others)}" if others else _THE_SAME
    return Comparison("parsers as installed here", _THE_SAME, said)


def _sets(database: Path, stated: Mapping[str, Any]) -> Iterator[Comparison]:
    """Export an index once more, and compare every row with what was exported of it then."""
    with elsewhere():
        from tasks.export import export_index  # noqa: PLC0415 -- loads Prefect

    with TemporaryDirectory(prefix="flagday-verify-") as folder:
        try:
            export_index(database, Path(folder))
            found = manifest.symbol_sets(Path(folder))
        except (adbc.Error, pa.ArrowException) as error:
            yield Comparison("symbol sets of the index", "can be exported", str(error))
            return
    yield from by_name("symbol set, exported again,", stated, found)


def _subject(
    database: Path, service: Path, artifacts: Path | None, code: tuple[Path, ...], rules: Rules
) -> Subject:
    """Name an index and what its checks need to know of this host.

    The audit log tells of the index in service alone, which other generations are not.
    """
    is_in_service = database.resolve() == service.resolve()
    own = own_folders(service, artifacts, backup_files.folder_of(service))
    return Subject(
        database=database,
        is_finished=True,
        recorded_sha256=last_digest(service) if is_in_service else None,
        code=code,
        rules=rules,
        own=(*own, *backup_files.on_record(service)),
        extractor=EXTRACTOR,
    )


def check_signature(folder: Path, key: Path) -> str:
    """Return the id of the public key that signed a run. Raises VerdictFailed where it did not."""
    try:
        return signature.check_signature(folder, key)
    except signature.SignatureInvalid as error:
        raise VerdictFailed(
            str(error), next_step="Ask for the right key; trust nothing in the folder until then."
        ) from error
