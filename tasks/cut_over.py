"""Step 13: the new index replaces the old one at once (§5)."""

import hashlib
from datetime import UTC, datetime
from importlib.metadata import version

from tasks.contracts import Candidate, IndexInService, Workspace
from tasks.errors import VerdictFailed
from tasks.report import Reported
from tasks.step import step
from tasks.store import generations
from tasks.store.records import RunRecord, record_run
from tasks.timing import log, taken


@step(13, "cut over")
def cut_over(
    workspace: Workspace,
    service: IndexInService,
    candidate: Candidate,
    reported: Reported,
) -> None:
    """Put the candidate in service.

    Raises VerdictFailed without a passed verdict.
    """
    if not reported.verdict.passed:
        raise VerdictFailed(
            "there is no cut-over without a passed verdict",
            next_step="Read verification.md. The index in service is unchanged.",
        )
    record_run(
        candidate.database,
        RunRecord(
            run_id=workspace.run_id,
            started_at=workspace.started_at,
            finished_at=datetime.now(UTC).isoformat(timespec="seconds"),
            tool_version=version("flagday"),
            verdict=reported.verdict.word,
            manifest_sha256=hashlib.sha256(reported.manifest.read_bytes()).digest(),
            artifacts=str(workspace.artifacts),
        ),
        [(item.number, item.name, round(item.took_s * 1000)) for item in taken.get([])],
    )
    generations.seal(candidate.database)
    generations.switch(service.path, candidate.database)
    old = generations.prune(service.path)
    log.info("cut over generation=%s pruned=%d", candidate.database.name, len(old))
