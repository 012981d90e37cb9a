"""One run from outside of the flow: its folders, its lock, its Prefect, its record."""

import tempfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias
from uuid import UUID

import apsw

from flows.prefect_server import prefect_api
from flows.results import came_to, circumstances, failure, root_read
from flows.start_up import loading
from tasks import repository, run_folders
from tasks.back_up import backup_folder
from tasks.builders.builder import not_started
from tasks.contracts import RunKind, Workspace
from tasks.errors import BuilderDown, FlagDayError, IndexDamaged, StepFailed
from tasks.faults import fault_of, written_to
from tasks.own_folders import home_of, make_home, require_own_home
from tasks.plan import Lake, Plan
from tasks.preconditions import (
    other_problems,
    place_problems,
    require,
    root_problems,
    space_problems,
    writer_problems,
)
from tasks.recognise import shape_of
from tasks.stopping import heed_in_statements, insisting
from tasks.store import audit, generations, review_record
from tasks.store.lock import only_one
from tasks.store.places import is_generation
from tasks.store.untouched import untouched
from tasks.timing import RootTime, StepTime, log, roots_read, taken, tell, waiting
from tasks.working_folder import elsewhere
from verification.run_results import write_run_results

if TYPE_CHECKING:  # they import Prefect, which must wait for its environment
    from tasks.report import Reported

Steps: TypeAlias = "Callable[[Plan, Workspace], Reported]"


def execute(plan: Plan, *, is_rehearsal: bool) -> Workspace:
    """Run the flag day, or its rehearsal, in a flow run of its own.

    Returns where its artifacts lie; where the plan asks for a day only if something has changed,
    and nothing has, where those of the index in service lie. Whatever happens, ``run_results.json``
    and the audit log say what became of the run, and nothing but these, the artifacts, the index in
    service and its backups is left. Raises BuilderDown where all went well but the start of a
    builder.
    """
    return _recorded(plan, _in_a_flow_run_of_its_own, is_rehearsal=is_rehearsal)


def execute_here(plan: Plan, *, is_rehearsal: bool) -> Workspace:
    """Do what ``execute`` does in the flow run that is under way: the steps are its own."""
    return _recorded(plan, _in_this_flow_run, is_rehearsal=is_rehearsal)


def _recorded(plan: Plan, steps: Steps, *, is_rehearsal: bool) -> Workspace:
    heed_in_statements()
    require_own_home(plan.db)
    act = audit.Act("rehearse" if is_rehearsal else "run")
    with audit.recorded(plan.db, act):
        _refuse_what_cannot_start(plan)
        workspace = prepare(plan, RunKind.REHEARSAL if is_rehearsal else RunKind.FLAG_DAY)
        act.detail["run"] = workspace.run_id
        return _execute(plan, workspace, act, steps)


def _execute(plan: Plan, workspace: Workspace, act: audit.Act, run: Steps) -> Workspace:
    steps: list[StepTime] = []
    taken.set(steps)
    read: list[RootTime] = []
    roots_read.set(read)
    down: list[str] = []
    not_started.set(down)
    written_to.set((plan.db, workspace.artifacts, Path(tempfile.gettempdir())))
    with only_one(plan.db):
        if same := _unchanged(plan, workspace):
            act.detail = {"unchanged_since": same.run_id}
            if plan.lake:
                _fill_lake(plan.db, plan.lake, "no flag day was needed")
            return same
        review_record.forget(plan.db)
        results: dict[str, Any] = {"kind": workspace.kind.value, "builders_not_started": down}
        try:
            require([*other_problems(plan, workspace), *writer_problems(plan)])
            audit.begin(plan.db, act)
            results |= came_to(run(plan, workspace))
        except BaseException as error:
            results |= failure(steps, error)
            raise
        finally:
            results |= {"roots": [root_read(root) for root in read]}
            untold = list(_leave(plan, workspace, results, steps))
    if plan.lake and workspace.kind is RunKind.FLAG_DAY:
        _fill_lake(plan.db, plan.lake, "the flag day is done")
    _require_nothing_amiss(workspace, down, untold)
    return workspace


def _unchanged(plan: Plan, workspace: Workspace) -> Workspace | None:
    """Return where the proof of the index in service lies, where a day would make it again.

    None where the plan does not ask for that, or something is different, which is told.
    """
    if not plan.if_changed or workspace.kind is RunKind.REHEARSAL:
        return None
    from tasks.changes import first_change, made_by  # noqa: PLC0415 -- few plans ask

    waiting("looking for what has changed since the index in service was made")
    if any(other_problems(plan, workspace)):  # step 1 tells
        return None
    if why := first_change(plan, workspace.artifacts):
        tell(f"rebuilding: {why}")
        return None
    tell("nothing has changed: a flag day would make the index in service again")
    with untouched(plan.db) as connection:
        run = made_by(connection)
    assert run is not None  # noqa: S101 -- for the type checker: nothing has changed since
    return replace(workspace, run_id=run.run_id, artifacts=Path(run.artifacts), is_new=False)


def _fill_lake(db: Path, lake: Lake, done: str) -> None:
    """Bring the lake up to the index that is in service now; ``done`` says what led to it."""
    from tasks.fill_lake import fill_lake  # noqa: PLC0415 -- few plans have one
    from tasks.lake.damage import rows_lost  # noqa: PLC0415 -- as above

    try:
        changes = fill_lake(db, lake.folder, lake.name)
    except FlagDayError as error:
        raise FlagDayError(
            f"the lake is not filled ({done}): {error}",
            next_step=f"{error.next_step} Then bring it up with `flagday export --db {db} "
            f"--layout lake --to {lake.folder} --as {lake.name}`.",
        ) from error
    counts = (changes.added, changes.kept, changes.removed)
    log.info("filled lake added=%d kept=%d removed=%d", *counts)
    if changes.lacking:
        log.warning("%s", rows_lost(lake.folder, changes.lacking))


def _refuse_what_cannot_start(plan: Plan) -> None:
    """Tell a mistyped root or database, or a full disk, at once; step 1 looks again."""
    size_bytes = plan.db.stat().st_size if plan.db.exists() else 0
    if size_bytes:
        _require_known(plan.db)
    require(
        [
            *root_problems(plan),
            *place_problems(plan),
            *space_problems(plan, size_bytes, has_backup=False),
        ]
    )


def _require_known(db: Path) -> None:
    """Refuse what is no SQLite database, damaged at first sight, or newer than this tool."""
    try:
        with untouched(db) as connection, suppress(apsw.Error):  # step 1 reads every page
            shape_of(connection)
    except IndexDamaged:
        if not is_generation(db):  # of ours, step 1 decides whether the day replaces it
            raise


def prepare(plan: Plan, kind: RunKind) -> Workspace:
    """Name the run and its folders; nothing is written to the index's place but these."""
    started = datetime.now(UTC)
    run_id = generations.new_id(plan.db, backup_folder(plan), started)
    make_home(plan.db)
    return Workspace(
        run_id=run_id,
        started_at=started.isoformat(timespec="seconds"),
        artifacts=plan.artifacts or run_folders.folder_of(plan.db) / run_id,
        scratch=generations.scratch_of(plan.db, run_id),
        kind=kind,
        index=plan.db.name,
    )


def _in_a_flow_run_of_its_own(plan: Plan, workspace: Workspace) -> "Reported":
    """Bring Prefect up, and call the flow.

    Prefect is imported while its server starts: it reads the environment when it is imported.
    """
    with elsewhere(), prefect_api(home_of(plan.db) / "prefect") as wait_until_ready:
        with loading():
            import fastapi.encoders  # noqa: F401, PLC0415 -- Prefect would when it calls a flow
            from prefect import tags  # noqa: PLC0415 -- see above
            from prefect.settings import (  # noqa: PLC0415 -- see above
                PREFECT_FLOWS_HEARTBEAT_FREQUENCY,
                temporary_settings,
            )

            from flows.flag_day import flag_day  # noqa: PLC0415 -- see above
            from flows.rehearsal import rehearsal  # noqa: PLC0415 -- see above
            from flows.stale_runs import end_stale, tag_of  # noqa: PLC0415 -- see above

        # To end its heartbeat, each flow would wait a second.
        with temporary_settings({PREFECT_FLOWS_HEARTBEAT_FREQUENCY: None}):
            wait_until_ready()
            end_stale(plan.db)
            with tags(tag_of(plan.db)), insisting():
                run = flag_day if workspace.kind is RunKind.FLAG_DAY else rehearsal
                return run(plan, workspace)


def _in_this_flow_run(plan: Plan, workspace: Workspace) -> "Reported":
    """Call what the flow is made of, without a flow run around it."""
    from prefect import runtime  # noqa: PLC0415 -- it must wait for its environment

    from flows.flag_day import flag_day  # noqa: PLC0415 -- imports Prefect
    from flows.rehearsal import rehearsal  # noqa: PLC0415 -- as above
    from flows.stale_runs import end_stale, mark  # noqa: PLC0415 -- as above

    flow_run = UUID(str(runtime.flow_run.id))
    end_stale(plan.db, but=flow_run)
    mark(plan.db, flow_run)
    return (flag_day if workspace.kind is RunKind.FLAG_DAY else rehearsal).fn(plan, workspace)


def _clean(plan: Plan, workspace: Workspace) -> None:
    generations.discard_left(workspace.scratch)
    candidate = generations.candidate_of(plan.db, workspace.run_id)
    if plan.db.resolve() != candidate.resolve():
        generations.discard(candidate)


def _leave(
    plan: Plan, workspace: Workspace, results: dict[str, Any], steps: list[StepTime]
) -> Iterator[str]:
    """Clear up, write what became of the run, and commit; yield what of it could not be done.

    Of a run that failed, that is told by the way: what failed first is what counts.
    """
    for leave in (
        lambda: _clean(plan, workspace),
        lambda: write_run_results(
            {**results, **circumstances(workspace, steps)}, workspace.artifacts
        ),
        lambda: _commit(plan, workspace, results, steps),
    ):
        try:
            leave()
        except (OSError, StepFailed) as error:
            said = fault_of(error) or str(error)
            log.warning("not all is written: %s", said)
            yield said


def _commit(
    plan: Plan, workspace: Workspace, results: dict[str, Any], steps: list[StepTime]
) -> None:
    if plan.commit and steps:  # step 1 found the repository clean
        repository.commit(workspace.artifacts, f"Report a {results['kind']}: {results['state']}")


def _require_nothing_amiss(workspace: Workspace, down: list[str], untold: list[str]) -> None:
    """Tell of a run that is done what is left to a person. Raises BuilderDown, FlagDayError."""
    is_written = f"The reports are in {workspace.artifacts}."
    if untold:
        is_written = f"Then see to the reports in {workspace.artifacts}: {'; '.join(untold)}."
    if down:
        raise BuilderDown(
            f"the {workspace.kind} is done, but these builders did not start again: "
            + "; ".join(down),
            next_step="Start them by hand; the next run with the same plan, a rehearsal too, "
            f"starts them at its end as well. {is_written}",
        )
    if untold:
        raise FlagDayError(
            f"the {workspace.kind} is done, but not all of its reports are written or committed: "
            + "; ".join(untold),
            next_step=f"Mend that, and commit {workspace.artifacts} by hand where you keep it in "
            "git. `flagday status` tells which index is in service; it is whole.",
        )
