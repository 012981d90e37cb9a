"""What became of a run, for ``run_results.json``: the report with a clock in it."""

import hashlib
import platform
import resource
from datetime import UTC, datetime
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

from tasks.contracts import Workspace
from tasks.errors import FlagDayError
from tasks.stopping import NEXT_STEP
from tasks.timing import RootTime, StepTime
from verification.run_results import RUN_RESULTS_FORMAT

if TYPE_CHECKING:  # it imports Prefect, which must wait for its environment
    from tasks.report import Reported


def came_to(reported: "Reported") -> dict[str, Any]:
    """Say what a run that went to its end came to."""
    return {
        "state": "completed",
        "verdict": reported.verdict.word,
        "reused": reported.loaded.reused,
        "checks": [
            {"check": check_id, "took_s": round(took_s, 3)}
            for check_id, took_s in reported.verdict.took_s
        ],
        "manifest_sha256": hashlib.sha256(reported.manifest.read_bytes()).hexdigest(),
    }


def failure(steps: list[StepTime], error: BaseException) -> dict[str, Any]:
    """Say at which step a run failed, why, and what to do."""
    return {
        "state": "failed",
        "failed_step": (steps[-1].number if steps else 0) + 1,
        "failure": str(error) or type(error).__name__,
        "next_step": _next_step(error),
    }


def _next_step(error: BaseException) -> str | None:
    if isinstance(error, FlagDayError):
        return error.next_step
    return None if isinstance(error, Exception) else NEXT_STEP  # by a signal, or by Prefect's


def root_read(root: RootTime) -> dict[str, Any]:
    """Say how one root was read."""
    counted = {"root": root.name, "files": root.files, "problem": root.problem}
    return {**counted, "took_s": round(root.took_s, 3)}


def circumstances(workspace: Workspace, steps: list[StepTime]) -> dict[str, Any]:
    """Say when, where and by what a run was made, and how long each step took."""
    own, workers = (
        resource.getrusage(who).ru_maxrss // 1024
        for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    )
    return {
        "format": RUN_RESULTS_FORMAT,
        "run_id": workspace.run_id,
        "started_at": workspace.started_at,
        "finished_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "host": platform.node(),
        "tool_version": version("flagday"),
        "peak_memory_mib": {"main": own, "largest_child": workers},
        "steps": [
            {"step": item.number, "name": item.name, "took_s": round(item.took_s, 3)}
            for item in steps
        ],
    }
