"""Whether a flag day would make another index than the one in service, and why.

Content decides. Times of files do not count, nor do the sizes of those that are never read. The
verdict of the run that made the index holds for as long as the index has the bytes that this run
put in service, and its reports are there.
"""

import json
import tempfile
from collections.abc import Iterable
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final, TypeAlias

import apsw

from migrations import recognition, runner
from tasks.back_up import backup_folder
from tasks.content.ledger import File, ledger
from tasks.contracts import Outcome, Shape
from tasks.errors import FlagDayError
from tasks.name_roots import revision_of
from tasks.own_folders import own_folders
from tasks.plan import Plan
from tasks.read_root import RootRead, read_root
from tasks.recognise import shape_of
from tasks.rediscover_roots import require_few_broken
from tasks.store import audit, stop_record
from tasks.store.backup_files import CUT_OVER
from tasks.store.copying import digest
from tasks.store.records import RunRecord
from tasks.store.soundness import own_names
from tasks.store.untouched import untouched
from tasks.syntax.languages import languages
from tasks.timing import progress
from verification import manifest
from verification.inventory.queues import QueueNames, find_queues

_MAKER: Final = """
SELECT run_id, started_at, finished_at, tool_version, verdict, manifest_sha256, artifacts
FROM runs
ORDER BY run_id DESC
LIMIT 1
"""
_ROOTS: Final = "SELECT name, location, exclude, revision FROM roots ORDER BY root_id"
_READ: Final = "SELECT commit_id, problem FROM roots ORDER BY root_id"
_PARSERS: Final = "SELECT language, fingerprint FROM parser_versions"
_FAILED: Final = "SELECT COUNT(*) FROM files WHERE outcome = ? AND content_hash IS NOT NULL"
_FILES: Final = """
SELECT
    root_id,
    path,
    content_hash,
    language,
    iif(outcome IN ('indexed', 'partial'), NULL, outcome),
    iif(outcome IN ('indexed', 'partial'), NULL, reason)
FROM files
"""
_SWITCHED: Final = (CUT_OVER, audit.Result.DONE)
_COLUMNS: Final = ("root_id", "path", "content_hash", "language", "outcome", "reason")

_Files: TypeAlias = dict[tuple[int, str], tuple[Any, ...]]  # by root and path


def first_change(plan: Plan, artifacts: Path) -> str | None:
    """Say why a flag day would make another index, by the first reason; None: it would not.

    ``artifacts`` is where the day would write its reports. Every file of every root is read, and
    the whole index. What cannot be read is a reason: the day tells more of it.
    """
    if not plan.db.is_file():
        return "there is no index yet"
    try:
        with untouched(plan.db) as connection:
            return (
                _of_schema(connection)
                or _of_its_run(plan.db, made_by(connection))
                or _of_what_was_left(plan.db)
                or _of_legacy(plan, connection)
                or _of_parsers(connection)
                or _of_roots(plan, connection)
                or _of_files(plan, artifacts, connection)
            )
    except FlagDayError as error:
        return error.what
    except (apsw.Error, OSError) as error:
        return f"the index in service cannot be read: {error}"


def made_by(connection: apsw.Connection) -> RunRecord | None:
    """Return the run that made an index; None where none did."""
    found = connection.execute(_MAKER).fetchone()
    return RunRecord(*found) if found else None


def _of_schema(connection: apsw.Connection) -> str | None:
    shape, schema, _ = shape_of(connection)
    if shape is Shape.CHANGED or schema != runner.LATEST:
        return f"the index in service has no schema v{runner.LATEST} of this flagday"
    return None


def _of_its_run(database: Path, run: RunRecord | None) -> str | None:
    """Tell whether the index is what its run put in service, by this flagday, with its proof."""
    if run is None:
        return "no run made the index in service"
    if run.tool_version != (now := version("flagday")):
        return f"flagday {run.tool_version} made the index in service, and this is {now}"
    proven = (
        line.digest
        for line in reversed(audit.lines(database))
        if line.action == CUT_OVER
        and line.result == audit.Result.DONE
        and line.detail.get("run") == run.run_id
    )
    if digest(database) != next(proven, None):
        return "the index in service has other bytes than those that its run put in service"
    stated = Path(run.artifacts) / manifest.NAME
    if not stated.is_file() or manifest.file_sha256(stated) != run.manifest_sha256.hex():
        return f"the reports of the run that made it are not in {run.artifacts}"
    return None


def _of_what_was_left(service: Path) -> str | None:
    """Tell what a day clears up after one that was killed, or whose builders did not start."""
    if names := stop_record.stopped(service):
        return f"these builders are to be started again: {', '.join(names)}"
    if killed := audit.unended(_since_the_switch(service)):
        return f"on record, {killed[-1].action} has begun and not ended"
    return None


def _of_legacy(plan: Plan, connection: apsw.Connection) -> str | None:
    """Tell what a day lists, drops and clears besides the index before it."""
    if plan.code:
        return "the plan names consumer code, which a flag day takes the inventory of"
    named = {name.casefold() for name in (*plan.legacy.tables, *plan.legacy.queues)}
    if others := (recognition.objects(connection) - own_names()) & named:
        return f"the plan names {', '.join(sorted(others))} as legacy, and the index still has it"
    queues = find_queues(connection, QueueNames(plan.legacy.queues, plan.legacy.not_queues))
    if full := [queue.name for queue in queues if queue.rows]:
        return f"a flag day clears queues, and these have rows: {', '.join(full)}"
    return None


def _since_the_switch(service: Path) -> list[audit.Line]:
    """Return what is on record since an index was put in service: the day cleared up before."""
    lines = audit.lines(service)
    done = (n for n, line in enumerate(lines, 1) if (line.action, line.result) == _SWITCHED)
    return lines[max(done, default=0) :]


def _of_parsers(connection: apsw.Connection) -> str | None:
    before = dict(connection.execute(_PARSERS))
    now = {language.name: language.fingerprint for language in languages().values()}
    others = sorted(
        name for name in before.keys() | now.keys() if before.get(name) != now.get(name)
    )
    return f"the parser version of {', '.join(others)} is another" if others else None


def _of_roots(plan: Plan, connection: apsw.Connection) -> str | None:
    now = [
        (root.name, str(root.path), json.dumps(plan.excluded(root)), revision_of(root))
        for root in plan.roots
    ]
    is_same = connection.execute(_ROOTS).fetchall() == now
    return None if is_same else "the plan has other roots, or leaves other files out of them"


def _of_files(plan: Plan, artifacts: Path, connection: apsw.Connection) -> str | None:
    """Read all roots. Raises StepFailed where more of them are broken than the plan allows."""
    if failed := connection.execute(_FAILED, (Outcome.FAILED,)).get:
        return f"files whose contents failed, and may not fail again: {failed:,}"
    own = own_folders(plan.db, artifacts, backup_folder(plan))
    read: list[RootRead] = []
    files: list[File] = []
    with tempfile.TemporaryDirectory(prefix="flagday-") as stores:
        left_out = frozenset({*own, Path(stores)})
        for root_id, before in enumerate(connection.execute(_READ).fetchall(), 1):
            root = read_root(plan, root_id, left_out, Path(stores), progress)
            if (root.commit.commit_id if root.commit else None, root.problem) != before:
                return f"root {plan.roots[root_id - 1].name} is not what it was"
            read.append(root)
            files += root.files
            require_few_broken(plan, read)
    found, _ = ledger(files, {name: number for number, name in enumerate(languages())})
    columns = (found[name].to_pylist() for name in _COLUMNS)
    known = _by_place(connection.execute(_FILES))
    now = _by_place(zip(*columns, strict=True))
    return None if now == known else _first_of(plan, known, now)


def _by_place(rows: Iterable[tuple[Any, ...]]) -> _Files:
    return {(root_id, path): tuple(told) for root_id, path, *told in rows}


def _first_of(plan: Plan, before: _Files, now: _Files) -> str:
    others = sorted(at for at in before.keys() | now.keys() if before.get(at) != now.get(at))
    root_id, path = others[0]
    is_ = "new" if others[0] not in before else "changed" if others[0] in now else "gone"
    said = f"{plan.roots[root_id - 1].name}/{path} is {is_}"
    return said if len(others) == 1 else f"{len(others):,} files are not what they were; {said}"
