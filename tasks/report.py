"""Step 12: verdict, final DDL and manifest, for people and for machines (§7)."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from tasks.contracts import Candidate, Loaded, Workspace
from tasks.plan import Plan
from tasks.step import step
from tasks.store.untouched import settled_if_any
from tasks.timing import log
from tasks.verify import limits_of, refuse, verify_exports, write_reports
from verification.differences.report import since_previous
from verification.inventory.model import Inventory
from verification.manifest import derive, write_manifest
from verification.oracle.agreement import Breadth, agreement
from verification.signature import sign
from verification.subject import Verdict


@dataclass(frozen=True, slots=True)
class Reported:
    """The computed verdict over all checks, and the manifest that binds it."""

    loaded: Loaded
    verdict: Verdict
    manifest: Path


@step(12, "report")
def report(  # noqa: PLR0913, PLR0917 -- everything that the day has made
    plan: Plan,
    workspace: Workspace,
    candidate: Candidate,
    inventory: Inventory,
    loaded: Loaded,
    verdict: Verdict,
    exports: Path,
) -> Reported:
    """Compare the exports with the database, then write what the whole verdict is.

    Raises VerdictFailed, with verification.md written, where the exports break a promise.
    """
    with ThreadPoolExecutor(1) as beside:
        derived = beside.submit(derive, candidate.database, exports)
        of_exports = verify_exports(plan, candidate, inventory, exports)
        whole = verdict.joined(of_exports)
        oracle = agreement(candidate.database, Breadth(plan.oracle), workspace.scratch)
        with settled_if_any(candidate.previous) as previous:
            since = since_previous(previous, candidate.database)
    write_reports(whole, candidate, workspace, oracle, since)
    manifest = write_manifest(derived.result(), limits_of(plan), whole, workspace.artifacts)
    if plan.sign_key:
        sign(workspace.artifacts, plan.sign_key)
    checks = (len(of_exports.findings), len(whole.findings))
    log.info("verified exports checks=%d, in all checks=%d verdict=%s", *checks, whole.word)
    if not whole.passed:
        refuse(whole, workspace)
    return Reported(loaded, whole, manifest)
