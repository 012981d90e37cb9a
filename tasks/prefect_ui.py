"""What a run shows in Prefect's UI: verdict, checks, outcomes, links to its reports, progress.

It is a view. Where Prefect's server does not take it, the run says so and goes on.
"""

import json
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, Final, TypeVar
from uuid import UUID

from prefect.artifacts import (
    create_link_artifact,
    create_markdown_artifact,
    create_progress_artifact,
    create_table_artifact,
    update_progress_artifact,
)

from tasks.timing import log
from verification.inventory.reporting import cell

R = TypeVar("R")

_MAX_UPDATES: Final = 20  # of one progress bar; each is a request


def show_reports(folder: Path) -> None:
    """Show what verification.json in ``folder`` says, and where the report of the run lies."""
    verification = json.loads((folder / "verification.json").read_bytes())
    checks = [_check(finding) for finding in verification["findings"]]
    outcomes = verification["summary"]["outcomes"]
    show_text("flag-day-verdict", _verdict(verification))
    _show(partial(create_table_artifact, checks, key="flag-day-checks"))
    _show(partial(create_table_artifact, outcomes, key="flag-day-outcomes"))
    show_link("flag-day-report", folder / "report.html", "the whole report on one page")


def show_text(key: str, text: str) -> None:
    """Show some Markdown."""
    _show(partial(create_markdown_artifact, text, key=key))


def show_link(key: str, file: Path, text: str) -> None:
    """Show where a file lies, on the host of the run."""
    _show(partial(create_link_artifact, file.resolve().as_uri(), text, key=key))


def progress_bar(key: str, what: str) -> Callable[[int, int], None]:
    """Return what shows how many are done of how many, in about twenty requests at most."""
    bar, shown = _show(partial(create_progress_artifact, 0.0, key, what)), 0

    def tell(done: int, total: int) -> None:
        nonlocal shown
        step = _MAX_UPDATES * done // total
        if isinstance(bar, UUID) and step > shown:
            shown = step
            _show(partial(update_progress_artifact, bar, 100.0 * done / total))

    return tell


def _show(write: Callable[[], R]) -> R | None:
    """Write one artifact of Prefect's; return None where its server does not take it."""
    try:
        return write()
    except Exception as error:
        log.warning("not shown in Prefect error=%s", error)
        return None


def _verdict(verification: dict[str, Any]) -> str:
    findings = verification["findings"]
    broken = [item for item in findings if item["offences"] and item["severity"] == "fail"]
    lines = [
        f"# {verification['verdict']}",
        f"{len(broken)} of {len(findings)} promises are broken.",
    ]
    lines += [f"- **{item['check_id']}** {cell(item['title'])}" for item in broken]
    return "\n\n".join(lines)


def _check(finding: dict[str, Any]) -> dict[str, Any]:
    return {
        "check": finding["check_id"],
        "promise": finding["title"],
        "severity": finding["severity"],
        "offences": finding["offences"],
        "not applicable": finding["not_applicable"] or "",
    }
