"""Whether a flag day would make another index than the one in service, and why.

Content decides. Times of files do not count, nor do the sizes of those that are never read. The
verdict of the run that made the index holds for as long as its bytes are those on record.
"""

import json
import tempfile
from collections.abc import Iterable
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final, TypeAlias

import apsw

from migrations import runner
from tasks.back_up import backup_folder
from tasks.content.ledger import File, ledger
from tasks.contracts import Outcome
from tasks.errors import FlagDayError
from tasks.name_roots import revision_of
from tasks.own_folders import own_folders
from tasks.plan import Plan
from tasks.read_root import read_root
from tasks.recognise import shape_of
from tasks.run_folders import folder_of
from tasks.store import audit
from tasks.store.copying import digest
from tasks.store.soundness import carried_over
from tasks.store.untouched import untouched
from tasks.syntax.languages import languages
from tasks.timing import progress
from tasks.upkeep.last_run import last_run
from tasks.upkeep.record import last_digest

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
_COLUMNS: Final = ("root_id", "path", "content_hash", "language", "outcome", "reason")

_Files: TypeAlias = dict[tuple[int, str], tuple[Any, ...]]  # by root and path


def first_change(plan: Plan) -> str | None:
    """Say why a flag day would make another index, by the first reason; None: it would not.

    It reads every file of every root, and the whole index. What cannot be read is a reason: the
    day tells more of it.
    """
    if not plan.db.is_file():
        return "there is no index yet"
    service = plan.db.resolve()
    try:
        with untouched(plan.db) as connection:
            return (
                _of_its_maker(connection)
                or _of_what_a_day_clears_up(plan, connection)
                or _of_parsers(connection)
                or _of_roots(plan, connection)
                or _of_bytes(plan.db)
                or _of_files(plan, connection)
                or _of_the_switch(plan.db, service)
            )
    except FlagDayError as error:
        return error.what


def _of_its_maker(connection: apsw.Connection) -> str | None:
    _, schema, _ = shape_of(connection)
    if schema != runner.LATEST:
        return f"the index in service has no schema v{runner.LATEST}"
    run = last_run(connection)
    if run is None:
        return "no run made the index in service"
    if run.tool_version != (now := version("flagday")):
        return f"flagday {run.tool_version} made the index in service, and this is {now}"
    return None


def _of_what_a_day_clears_up(plan: Plan, connection: apsw.Connection) -> str | None:
    """Tell what a day sees to besides the rows: what was killed, legacy tables, consumer code."""
    if killed := audit.unended(audit.lines(plan.db)):
        return f"on record, {killed[-1].action} has begun and not ended"
    if plan.code:
        return "the plan names consumer code, which a flag day takes the inventory of"
    named = {name.casefold() for name in (*plan.legacy.tables, *plan.legacy.queues)}
    if others := [name for name in carried_over(plan.db) if name.casefold() in named]:
        return f"the plan names {', '.join(others)} as legacy, and the index still has it"
    if failed := connection.execute(_FAILED, (Outcome.FAILED,)).get:
        return f"files whose contents failed, and may not fail again: {failed:,}"
    return None


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


def _of_bytes(database: Path) -> str | None:
    recorded = last_digest(database)
    is_same = recorded is not None and digest(database) == recorded
    return None if is_same else "the index in service has other bytes than those on record"


def _of_files(plan: Plan, connection: apsw.Connection) -> str | None:
    own = frozenset(own_folders(plan.db, plan.artifacts or folder_of(plan.db), backup_folder(plan)))
    files: list[File] = []
    with tempfile.TemporaryDirectory(prefix="flagday-") as stores:
        for root_id, before in enumerate(connection.execute(_READ).fetchall(), 1):
            root = read_root(plan, root_id, own, Path(stores), progress)
            if (root.commit.commit_id if root.commit else None, root.problem) != before:
                return f"root {plan.roots[root_id - 1].name} is not what it was"
            files += root.files
    found, _ = ledger(files, {name: number for number, name in enumerate(languages())})
    columns = (found[name].to_pylist() for name in _COLUMNS)
    known = _by_place(connection.execute(_FILES))
    now = _by_place(zip(*columns, strict=True))
    return None if now == known else _first_of(plan, known, now)


def _by_place(rows: Iterable[tuple[Any, ...]]) -> _Files:
    return {(root_id, path): tuple(told) for root_id, path, *told in rows}


def _of_the_switch(database: Path, service: Path) -> str | None:
    is_same = database.resolve() == service
    return None if is_same else "another index was put in service meanwhile"


def _first_of(plan: Plan, before: _Files, now: _Files) -> str:
    others = sorted(at for at in before.keys() | now.keys() if before.get(at) != now.get(at))
    root_id, path = others[0]
    is_ = "new" if others[0] not in before else "changed" if others[0] in now else "gone"
    said = f"{plan.roots[root_id - 1].name}/{path} is {is_}"
    return said if len(others) == 1 else f"{len(others):,} files are not what they were; {said}"
