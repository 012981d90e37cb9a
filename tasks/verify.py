"""Step 10: all checks on the candidate, by code that the builder does not share (§6)."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from tasks.back_up import backup_folder
from tasks.contracts import Candidate, Workspace
from tasks.errors import StepFailed, VerdictFailed
from tasks.own_folders import own_folders
from tasks.plan import Plan
from tasks.prefect_ui import show_reports
from tasks.reextract import EXTRACTOR
from tasks.step import step
from tasks.store.untouched import settled_if_any
from tasks.take_inventory import rules_of
from tasks.timing import log
from verification.catalogue import checks
from verification.differences.report import since_previous
from verification.inventory.model import Inventory
from verification.junit import write_junit
from verification.oracle.agreement import Agreement
from verification.page import write_page
from verification.report import Occasion, write_schema, write_verification
from verification.subject import Finding, Limits, Subject, Verdict
from verification.verify import verify as run_checks

_EXPORTS: Final = frozenset({"exports"})
_LATER: Final = _EXPORTS | {"artifacts"}  # not there yet


@step(10, "verify")
def verify(plan: Plan, workspace: Workspace, candidate: Candidate, inventory: Inventory) -> Verdict:
    """Run every check that needs no exports.

    Raises VerdictFailed, with the reports written, on any offence of severity fail, and StepFailed
    where no root is there any more: what is not there agrees with nothing.
    """
    with settled_if_any(candidate.previous) as previous:
        subject = replace(
            subject_of(plan, candidate, inventory),
            previous=previous,
            own=own_folders(plan.db, workspace.artifacts, backup_folder(plan)),
            extractor=EXTRACTOR,
        )
        verdict = run_checks(subject, frozenset(check.group for check in checks()) - _LATER)
        if verdict.not_looked_at:
            raise StepFailed(
                "every root has vanished since it was read",
                next_step="Mount them, and run again. The index in service is unchanged.",
            )
        log.info("verified checks=%d verdict=%s", len(verdict.findings), verdict.word)
        if not verdict.passed:
            since = since_previous(previous, candidate.database)
            write_reports(verdict, candidate, workspace, since=since)
            refuse(verdict, workspace)
    return verdict


def verify_exports(
    plan: Plan, candidate: Candidate, inventory: Inventory, exports: Path
) -> Verdict:
    """Run the checks that compare the exports with the database."""
    return run_checks(subject_of(plan, candidate, inventory, exports), _EXPORTS)


def subject_of(
    plan: Plan, candidate: Candidate, inventory: Inventory, exports: Path | None = None
) -> Subject:
    """Name everything that the checks look at."""
    return Subject(
        database=candidate.database,
        exports=exports,
        dropped=candidate.dropped,
        queues=tuple(queue.name for queue in inventory.queues),
        code=plan.code,
        tables=inventory.tables,
        flaws=inventory.flaws,
        limits=limits_of(plan),
        max_symbol_loss=plan.limits.max_symbol_loss,
        legacy=candidate.previous if plan.code else None,
        rules=rules_of(plan),
    )


def limits_of(plan: Plan) -> Limits:
    """Name what the plan leaves out."""
    return Limits(plan.limits.max_file_bytes, plan.limits.minified == "skip")


def write_reports(
    verdict: Verdict,
    candidate: Candidate,
    workspace: Workspace,
    oracle: Agreement | None = None,
    since: Mapping[str, Any] | None = None,
) -> None:
    """Write the verdict and the final DDL for people and for machines; the page shows them all."""
    database = candidate.database
    write_schema(database, workspace.artifacts)
    occasion = Occasion(workspace.kind.value, workspace.index)
    write_verification(verdict, database, workspace.artifacts, oracle, since, occasion)
    write_junit(verdict, workspace.artifacts)
    write_page(workspace.artifacts, database)
    show_reports(workspace.artifacts)


def refuse(verdict: Verdict, workspace: Workspace) -> None:
    """Raise VerdictFailed with the broken promises in it."""
    raise VerdictFailed(
        f"the verdict is {verdict.word}: {'; '.join(map(_broken, verdict.broken))}",
        next_step=f"Read {workspace.artifacts}/verification.md. The index in service is unchanged.",
    )


def _broken(finding: Finding) -> str:
    """Say what one check found, and where: of code, where a person begins to mend."""
    first = finding.evidence[0]
    place = first.get("place")
    if finding.group != "code" or place is None:
        at = "/".join(str(first[key]) for key in ("root", "path") if first.get(key))
        where = f", the first: {at}" if at else ""
        return f"{finding.check_id} {finding.title} ({finding.offences}{where})"
    many = "1 code path" if finding.offences == 1 else f"{finding.offences} code paths"
    return (
        f"{finding.check_id} {many} would break on v5, the first at {place} "
        "(inventory.md has them with the forms to use)"
    )
