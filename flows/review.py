"""The answer to a run that waits for its review, handed on by Prefect's server."""

import getpass
import platform
import time
from pathlib import Path
from typing import Final
from uuid import UUID

from flows.prefect_server import reach
from tasks.errors import PreconditionFailed
from tasks.own_folders import home_of
from tasks.store.review_record import Waiting, waiting
from tasks.working_folder import elsewhere

_PATIENCE_S: Final = 10.0  # for a run that has just told that it waits


def answer(service: Path, run_id: str, *, is_approved: bool, note: str) -> None:
    """Let the run of an index that waits go on to its cut-over, or end.

    Raises PreconditionFailed where that run does not wait, or its Prefect server does not take the
    answer.
    """
    found = waiting(service)
    if found is None or found.run_id != run_id:
        other = f"; run {found.run_id} does" if found else ""
        raise PreconditionFailed(
            f"run {run_id} of {service} does not wait for a review{other}",
            next_step="`flagday status` names the run that waits. Nothing was changed.",
        )
    said = {
        "decision": "approve" if is_approved else "reject",
        "by": f"{getpass.getuser()}@{platform.node()}",
        "note": note,
    }
    deadline = time.monotonic() + _PATIENCE_S
    with elsewhere():
        reach(home_of(service) / "prefect", found.api_url)
        while refusal := _refused(found, said):
            if time.monotonic() > deadline:
                raise PreconditionFailed(
                    f"Prefect at {found.api_url} does not take the answer: {refusal}",
                    next_step="`flagday status` tells whether the run still waits.",
                )
            time.sleep(0.2)


def _refused(found: Waiting, said: dict[str, str]) -> str:
    """Send the answer; return why it is not taken, or nothing. Raises PreconditionFailed."""
    import httpx  # noqa: PLC0415 -- Prefect's own; after the environment is set
    from prefect.exceptions import FlowPauseTimeout, NotPausedError  # noqa: PLC0415 -- as above
    from prefect.flow_runs import resume_flow_run  # noqa: PLC0415 -- as above

    try:
        resume_flow_run(UUID(found.flow_run), run_input=said)
    except httpx.HTTPStatusError as error:
        if error.response.status_code != httpx.codes.UNAUTHORIZED:
            return str(error)
        raise PreconditionFailed(
            f"Prefect at {found.api_url} does not know this flagday: another has begun the run",
            next_step="Answer with the flagday, and as the user, that has begun it. "
            "Nothing was changed.",
        ) from error
    except (httpx.HTTPError, FlowPauseTimeout, NotPausedError, RuntimeError) as error:
        return str(error) or type(error).__name__
    return ""
