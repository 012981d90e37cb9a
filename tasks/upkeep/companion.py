"""The companion of an index: how it is, how long questions take, and how often analyses are hit."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Final

import apsw

from tasks.companion.opening import EMPTY, require_known
from tasks.companion.place import quarantined
from tasks.companion.query_stats import QueryTimes, times_in
from tasks.errors import PreconditionFailed
from tasks.store.untouched import untouched
from tasks.upkeep.findings import Fact, Finding, Health, Topic
from tasks.upkeep.pages import pays
from tasks.upkeep.patient import Patient
from tasks.upkeep.record import MAINTAINED, done

NAME: Final = "companion"
MAX_P95_MS: Final = 500.0  # of one kind of question
MIN_QUERIES: Final = 100  # below, a percentile says little


def examine(patient: Patient) -> Topic:
    """Look at the companion where there is one; it is read as it is."""
    found = _examined(patient)
    return replace(found, findings=(*found.findings, *_set_aside(patient)))


def _examined(patient: Patient) -> Topic:
    companion = patient.companion
    if not companion.exists():
        return Topic(NAME, not_examined="there is none: nobody has kept an analysis or a count yet")
    if not companion.stat().st_size:
        return _unreadable(EMPTY)
    try:
        with untouched(companion) as connection:
            said = [str(line) for (line,) in connection.execute("PRAGMA quick_check (3)")]
            if said != ["ok"]:
                return _unreadable("; ".join(said))
            if unknown := _unknown(connection, companion):
                return unknown
            has_times = connection.table_exists("main", "query_stats")
            times = times_in(connection) if has_times else []
            facts = _facts(patient, connection)
    except (PreconditionFailed, apsw.Error) as error:
        return _unreadable(str(error))
    facts |= {f"{each.kind}_p95_ms": round(each.p95_ms, 3) for each in times}
    findings = [*_slow(patient, times), *_empty(patient, facts)]
    return Topic(NAME, facts, tuple(findings))


def last_maintained(patient: Patient) -> str | None:
    """Return when the companion was last maintained, as the audit log says; None: never."""
    return next((line.at for line in done(patient.service) if line.action == MAINTAINED), None)


def _facts(patient: Patient, connection: apsw.Connection) -> dict[str, Fact]:
    pages, free, size = (
        int(connection.pragma(name)) for name in ("page_count", "freelist_count", "page_size")
    )
    facts: dict[str, Fact] = {
        "pages": pages,
        "page_bytes": size,
        "free_pages": free,
        "maintained_at": last_maintained(patient),
    }
    if connection.table_exists("main", "analysis_makers"):
        sums = connection.execute(
            "SELECT total(entries), total(hits), total(misses) FROM analysis_makers"
        )
        entries, hits, misses = (int(number or 0) for number in sums.fetchall()[0])
        asked = hits + misses
        facts |= {"entries": entries, "lookups": asked}
        facts["hit_rate"] = round(hits / asked, 3) if asked else None
    return facts


def _slow(patient: Patient, times: list[QueryTimes]) -> Iterator[Finding]:
    for each in times:
        if each.queries >= MIN_QUERIES and each.p95_ms > MAX_P95_MS:
            yield Finding(
                Health.DEGRADED,
                f"one in twenty of {each.queries} questions of kind {each.kind} took "
                f"{each.p95_ms:.0f} ms or more",
                f"More than {MAX_P95_MS:.0f} ms is slow for an index.",
                f"Look at the pages and the place above; {patient.command('doctor --full')} looks "
                "closer.",
            )


def _empty(patient: Patient, facts: dict[str, Fact]) -> Iterator[Finding]:
    pages, free, size = (int(facts[name] or 0) for name in ("pages", "free_pages", "page_bytes"))
    if pays(pages, free, size):
        yield Finding(
            Health.DEGRADED,
            f"{free} of {pages} pages of the companion are empty",
            "They take room on disk.",
            f"Give them back with {patient.command('maintain')}.",
        )


def _unknown(connection: apsw.Connection, companion: Path) -> Topic | None:
    """Tell of a database that no command takes for a companion."""
    try:
        require_known(connection, companion)
    except PreconditionFailed as refused:
        why = "Nothing that was kept in it is found, and nothing can be kept."
        return Topic(NAME, {}, (Finding(Health.DEGRADED, refused.what, why, refused.next_step),))
    return None


def _set_aside(patient: Patient) -> Iterator[Finding]:
    if away := quarantined(patient.service):
        yield Finding(
            Health.DEGRADED,
            f"damaged companions were moved away: {len(away)}, the last as {away[-1]}",
            "The analyses that they hold are missed.",
            f"Put a copy of yours in the place of {patient.companion}, or set the analyses again; "
            "then move them elsewhere, or delete them: flagday never does.",
        )


def _unreadable(said: str) -> Topic:
    finding = Finding(
        Health.DEGRADED,
        f"the companion cannot be read: {said}",
        "Analyses and counts in it may be lost; the index answers as before.",
        "Bring a copy of yours back. Else a damaged one is moved away, and a new one begun, when "
        "something is next kept.",
    )
    return Topic(NAME, {}, (finding,))
