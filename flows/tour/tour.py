"""The guided tour: a whole flag day on a stage of its own, and the words that go with it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from flows.execution import execute
from flows.tour.stage import Counts, Stage
from tasks.contracts import Workspace
from tasks.index import Index
from tasks.plan import Plan
from tasks.read_plan import read_plan
from tasks.store.untouched import untouched
from verification.inventory.code_paths import find_code_paths
from verification.inventory.model import CodePath

REPORTS: Final = {
    "report.html": "the whole day on one page, for a browser",
    "inventory.md": "what reached the legacy tables, committed before any change",
    "verification.md": "every promise, and whether it is kept",
    "manifest.json": "what was read, built and proven, with the digests",
}
_A_NAME: Final = "price_of"  # defined in two equal files


@dataclass(frozen=True, slots=True)
class Toured:
    """What came of it."""

    before: Counts
    code_paths: tuple[CodePath, ...]  # as they were before the code was refactored
    pids: tuple[int | None, ...]  # of the builder: before the day, after it
    workspace: Workspace
    history: tuple[str, ...]  # commits


def tour(stage: Stage, say: Callable[[str], None]) -> Toured:
    """Set the stage, have the day, stop what still runs; ``say`` is told each act as it begins."""
    say("a small legacy index, the code around it, and a builder that writes to it")
    stage.set_up()
    try:
        stage.start_indexer()
        say("which code reads or writes its tables")
        plan = read_plan(stage.plan, {})
        found = _code_paths(stage, plan)
        say("that code is refactored and deployed: nothing binds to files any more")
        before, pid = stage.count(), stage.pid
        stage.refactor()
        say("the day itself: flagday run")
        workspace = execute(plan, is_rehearsal=False)
        return Toured(before, found, (pid, stage.pid), workspace, tuple(stage.history()))
    finally:
        stage.stop_indexer()


def _code_paths(stage: Stage, plan: Plan) -> tuple[CodePath, ...]:
    """List what reaches the legacy tables, without Prefect, whose settings the day brings."""
    with untouched(stage.database) as connection:
        return find_code_paths(plan.code, frozenset(plan.legacy.tables), connection).code_paths


def told(stage: Stage, toured: Toured) -> Iterator[tuple[str, str]]:
    """Yield what happened: a word, and a sentence."""
    before = toured.before
    with Index(stage.database) as index:
        status = index.status()
        found = len(index.where(_A_NAME))
    after = status.counts
    broken = [path for path in toured.code_paths if path.breaks_on_v5]
    yield (
        "before",
        f"v4: {before.files} files, {before.symbols} symbols and {before.refs} uses, each bound to "
        f"a file; {before.queued} jobs queued, and more until the day stopped the builder",
    )
    yield (
        "code",
        f"{len(toured.code_paths)} places reached symbols or refs; {len(broken)} of them would "
        f"have broken, the first at {broken[0].place}",
    )
    yield (
        "builder",
        f"pid {toured.pids[0]} was writing when the day began: stopped; started again as pid "
        f"{toured.pids[1]}; this demo has ended it",
    )
    yield (
        "after",
        f"v{status.schema}: {after['files']} files with {after['asts']} distinct contents, "
        f"{after['symbols']} symbols; {_A_NAME} is stored once and found in {found} files",
    )
    verdict = status.run.verdict if status.run else "unknown"
    yield "proof", f"verdict {verdict}, by checks with code of their own"
    yield "way home", "the v4 index is in symbols.db.backups; flagday roll-back brings it back"
    for line in toured.history:
        yield "commit", line


def suggestions(program: str, database: str) -> list[str]:
    """Return three commands that have an answer in the index of the tour."""
    asked = (f"where {_A_NAME}", f"uses {_A_NAME} --files", "doctor")
    return [f"{program} {words} --db {database}" for words in asked]
