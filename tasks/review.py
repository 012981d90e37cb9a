"""Before step 13: a person may look at the reports, and nobody has cancelled the run meanwhile."""

import hashlib
import math
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final, Literal
from uuid import UUID

from prefect import runtime
from prefect.client.orchestration import get_client
from prefect.exceptions import FlowPauseTimeout
from prefect.flow_runs import pause_flow_run, resume_flow_run
from prefect.input import RunInput
from pydantic import Field

from tasks.contracts import Workspace
from tasks.errors import NotApproved
from tasks.naming import naming
from tasks.plan import Plan
from tasks.prefect_ui import show_text
from tasks.report import Reported
from tasks.store import audit, review_record
from tasks.timing import log

_POLL_S: Final = 2
_SPARE_S: Final = 60
_REPORTS: Final = ("report.html", "verification.md", "inventory.md", "manifest.json")
_NEXT: Final = (
    "Read the reports, mend what is wrong, and run again. The index in service is unchanged, "
    "and builders start again."
)


class Answer(RunInput):
    """What a reviewer says, in Prefect's UI or by ``flagday approve``."""

    decision: Literal["approve", "reject"] = Field(description="approve: cut over")
    by: str = Field(default="", description="who says so")
    note: str = Field(default="", description="why; it stands in the audit log")


def require_consent(plan: Plan, workspace: Workspace, reported: Reported) -> None:
    """Go on to the cut-over where nobody objects.

    Where the plan asks for a review, wait for it. Raises NotApproved where the answer is no, none
    came in time, or the flow run was cancelled in Prefect.
    """
    if plan.review:
        answer = _ask(workspace, math.ceil(plan.review.timeout_s), plan.db)
        _heed(answer, workspace)
        log.info("approved by=%s note=%s", answer.by, answer.note)
        _record(answer, plan.db, workspace, reported.manifest)
    if _is_cancelled():
        raise NotApproved(f"run {workspace.run_id} was cancelled in Prefect", next_step=_NEXT)


def _ask(workspace: Workspace, timeout_s: int, service: Path) -> Answer:
    until = datetime.now(UTC) + timedelta(seconds=timeout_s)
    waiting = review_record.Waiting(
        run_id=workspace.run_id,
        artifacts=str(workspace.artifacts),
        since=datetime.now(UTC).isoformat(timespec="seconds"),
        until=until.isoformat(timespec="seconds"),
        api_url=_api_url(),
        flow_run=str(runtime.flow_run.id),
    )
    text = _invitation(waiting, workspace.artifacts, _approval(waiting, service))
    show_text("flag-day-review", text)
    log.warning(
        "run %s waits for its review until %s: %s",
        *(workspace.run_id, waiting.until, _approval(waiting, service)),
    )
    with review_record.noted(service, waiting), _ended_after(timeout_s) as is_late:
        try:
            answer = pause_flow_run(
                Answer.with_initial_data(text), timeout=timeout_s + _SPARE_S, poll_interval=_POLL_S
            )
        except FlowPauseTimeout:
            is_late.set()
    if is_late.is_set():
        raise NotApproved(
            f"nobody has reviewed run {workspace.run_id} in {timeout_s} s", next_step=_NEXT
        )
    return answer


@contextmanager
def _ended_after(timeout_s: int) -> Iterator[threading.Event]:
    """End the wait in time, and set what is yielded then.

    What Prefect's server itself ends, it ends in its own words.
    """
    is_late, flow_run = threading.Event(), UUID(str(runtime.flow_run.id))

    def end() -> None:
        with suppress(Exception):  # it was answered; or the server is away, and Prefect ends it
            resume_flow_run(flow_run, run_input={"decision": "reject"})
            is_late.set()

    timer = threading.Timer(timeout_s, end)
    timer.daemon = True
    timer.start()
    try:
        yield is_late
    finally:
        timer.cancel()
        timer.join()  # it may be about to say that it was late


def _heed(answer: Answer, workspace: Workspace) -> None:
    if answer.decision != "approve":
        why = f": {answer.note}" if answer.note else ""
        raise NotApproved(
            f"{answer.by or 'the reviewer'} has rejected run {workspace.run_id}{why}",
            next_step=_NEXT,
        )


def _record(answer: Answer, service: Path, workspace: Workspace, manifest: Path) -> None:
    """Have on record who approved what: the manifest binds all that could be looked at."""
    said: dict[str, str | int] = {
        "run": workspace.run_id,
        "by": answer.by,
        "note": answer.note,
        "manifest_sha256": hashlib.sha256(manifest.read_bytes()).hexdigest(),
    }
    audit.append(service, audit.Act("approve", detail=said), audit.Result.DONE)


def _approval(waiting: review_record.Waiting, service: Path) -> str:
    return naming(f"flagday approve {waiting.run_id}", service)


def _invitation(waiting: review_record.Waiting, folder: Path, approval: str) -> str:
    links = [f"- [{name}]({(folder / name).resolve().as_uri()})" for name in _REPORTS]
    return "\n".join(
        [
            f"Run {waiting.run_id} has passed its checks and waits for a review until "
            f"{waiting.until}. Its reports are in `{folder}`:",
            "",
            *links,
            "",
            f"Resume it here, or say `{approval}`. Without an answer nothing is changed. "
            "Builders stay stopped until then.",
        ]
    )


def _api_url() -> str:
    with get_client(sync_client=True) as client:
        return str(client.api_url).rstrip("/")


def _is_cancelled() -> bool:
    """Tell whether someone has cancelled the flow run; where Prefect does not answer, nobody."""
    try:
        with get_client(sync_client=True) as client:
            state = client.read_flow_run(runtime.flow_run.id).state
    except Exception as error:
        log.warning("not known whether the run was cancelled error=%s", error)
        return False
    return bool(state and (state.is_cancelled() or state.is_cancelling()))
