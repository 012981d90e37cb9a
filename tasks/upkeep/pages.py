"""What keeps questions fast: no empty pages, and the planner's statistics."""

from typing import Final

import apsw

from tasks.upkeep.findings import Finding, Health, Topic
from tasks.upkeep.last_run import last_run
from tasks.upkeep.patient import Patient
from tasks.upkeep.schema import other_schema

NAME: Final = "pages"
MAX_FREE_SHARE: Final = 0.1  # of the pages; a run leaves none
MIN_FREE_BYTES: Final = 1 << 20  # below, giving pages back does not pay


def examine(patient: Patient, connection: apsw.Connection) -> Topic:
    """Count free pages, and look for statistics. Both are a run's last acts on an index."""
    pages, free, size = (
        int(connection.pragma(name)) for name in ("page_count", "freelist_count", "page_size")
    )
    has_statistics = connection.table_exists("main", "sqlite_stat1")
    run = last_run(connection)
    built_at = run.finished_at if run else None
    facts = {
        "pages": pages,
        "page_bytes": size,
        "free_pages": free,
        "vacuumed_at": built_at,
        "analyzed_at": built_at if has_statistics else None,
    }
    if other_schema(connection):  # a flag day makes both anew
        return Topic(NAME, facts)
    findings = []
    if pays(pages, free, size):
        findings.append(
            Finding(
                Health.DEGRADED,
                f"{free} of {pages} pages are empty",
                "They take room on disk and in memory.",
                f"A run builds it without: {patient.command('run ROOT…')}.",
            )
        )
    if not has_statistics:
        findings.append(
            Finding(
                Health.DEGRADED,
                "it has no statistics for the planner",
                "Questions may take a slow way.",
                f"A run collects them: {patient.command('run ROOT…')}.",
            )
        )
    return Topic(NAME, facts, tuple(findings))


def pays(pages: int, free: int, page_bytes: int) -> bool:
    """Tell whether giving free pages back is worth it."""
    return free * page_bytes >= MIN_FREE_BYTES and free >= MAX_FREE_SHARE * pages
