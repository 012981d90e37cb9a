"""Step 13: the new index replaces the old one at once (§5)."""

import hashlib
from contextlib import closing
from datetime import UTC, datetime
from importlib.metadata import version

from tasks import run_folders
from tasks.back_up import back_up, prune_backups
from tasks.carry_analyses import carry_analyses
from tasks.contracts import Candidate, IndexInService, Workspace
from tasks.errors import VerdictFailed
from tasks.plan import Plan
from tasks.report import Reported
from tasks.step import step
from tasks.store import audit, backup_files, generations, quarantine
from tasks.store.connection import open_candidate
from tasks.store.copying import digest
from tasks.store.file_systems import network_type_of
from tasks.store.records import RunRecord, record_run
from tasks.store.spare_generations import to_keep
from tasks.timing import log, taken


@step(13, "cut over")
def cut_over(
    plan: Plan,
    workspace: Workspace,
    service: IndexInService,
    candidate: Candidate,
    reported: Reported,
) -> None:
    """Back the index of before up, or quarantine a damaged one, and put the candidate in service.

    Raises VerdictFailed without a passed verdict.
    """
    if not reported.verdict.passed:
        raise VerdictFailed(
            "there is no cut-over without a passed verdict",
            next_step="Read verification.md. The index in service is unchanged.",
        )
    backup = back_up(plan, workspace.run_id) if service.source else None
    switch = audit.Act(backup_files.CUT_OVER, detail={"run": workspace.run_id})
    if not service.path.exists():
        switch.detail["before"] = backup_files.NOTHING
    switch.digest = backup.description.sha256 if backup else None
    if service.damage:
        kept = quarantine.keep(service.path, workspace.run_id, service.damage)
        switch.detail["quarantined"] = str(kept)
        log.warning("the damaged index is in %s", kept)
    audit.append(service.path, switch, audit.Result.STARTED)
    _record(workspace, service, candidate, reported)
    generations.seal(candidate.database, network_type_of(candidate.database))
    switch.digest = digest(candidate.database)
    switch.detail["analyses"] = carry_analyses(service).fates.total()
    if problem := generations.switch(service.path, candidate.database):
        switch.detail["owner"] = problem
        log.info(problem)
    audit.append(service.path, switch, audit.Result.DONE)
    log.info("cut over generation=%s", candidate.database.name)
    _prune(plan, service)


def _prune(plan: Plan, replaced: IndexInService) -> None:
    gone = {
        "generations": len(generations.prune(plan.db, to_keep(plan.db, replaced.location))),
        "backups": len(prune_backups(plan)),
        "reports": len(run_folders.prune(plan.db, plan.reports.keep)),
    }
    if any(gone.values()):
        log.info("deleted old %s", " ".join(f"{what}={count}" for what, count in gone.items()))


def _record(
    workspace: Workspace, service: IndexInService, candidate: Candidate, reported: Reported
) -> None:
    """Write the run, and the audit log up to here, into the index that it built."""
    run = RunRecord(
        run_id=workspace.run_id,
        started_at=workspace.started_at,
        finished_at=datetime.now(UTC).isoformat(timespec="seconds"),
        tool_version=version("flagday"),
        verdict=reported.verdict.word,
        manifest_sha256=hashlib.sha256(reported.manifest.read_bytes()).digest(),
        artifacts=str(workspace.artifacts),
    )
    steps = [(item.number, item.name, round(item.took_s * 1000)) for item in taken.get([])]
    record_run(candidate.database, run, steps)
    with closing(open_candidate(candidate.database)) as connection:
        audit.copy_into(service.path, connection)
