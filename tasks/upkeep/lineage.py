"""Which schema and which parsers an index has, which run made it, and with which tools."""

from collections.abc import Iterator
from importlib.metadata import version

import apsw

from migrations import runner
from tasks.store.header import APPLICATION_ID
from tasks.upkeep.findings import Finding, Health, Topic
from tasks.upkeep.last_run import last_run
from tasks.upkeep.patient import Patient
from tasks.upkeep.record import came_back

NAME = "lineage"


def examine(patient: Patient, connection: apsw.Connection) -> Topic:
    """Compare what the index records of itself with this tool."""
    found = runner.actual_version(connection)
    run = last_run(connection)
    facts = {
        "schema": f"v{found}" if found else None,
        "tool": version("flagday"),
        "sqlite": apsw.sqlite_lib_version(),
        "run": run.run_id if run else None,
        "built_at": run.finished_at if run else None,
        "built_by": run.tool_version if run else None,
        "verdict": run.verdict if run else None,
    }
    findings = [*_of_schema(patient, connection, found)]
    if run and run.verdict != "passed":
        findings.append(_unproven(patient, run.verdict))
    if run and connection.pragma("application_id") != APPLICATION_ID:
        findings.append(_unsealed(patient))
    if found == runner.LATEST:
        findings += _of_parsers(patient, connection)
    return Topic(NAME, facts, tuple(findings))


def _of_schema(patient: Patient, connection: apsw.Connection, found: int) -> Iterator[Finding]:
    if not found:
        yield Finding(
            Health.DEGRADED,
            "the database is none of this lineage",
            "Nothing but a flag day can read it.",
            _flag_day(patient),
        )
    for entry in runner.status(connection):
        if entry.state == "unknown":
            yield Finding(
                Health.DEGRADED,
                f"schema v{entry.version} is newer than this flagday, which knows v{runner.LATEST}",
                "This flagday cannot tell whether what is in it is right.",
                "Use a newer flagday.",
            )
        if entry.state == "changed":
            yield Finding(
                Health.STALE,
                f"schema v{entry.version} was applied from other bytes than {entry.name} has",
                "Its tables may differ from those that this flagday asks.",
                f"Rebuild it with {patient.command('run ROOT…')}.",
            )
    if 0 < found < runner.LATEST:
        yield Finding(
            Health.STALE,
            f"schema v{found} is older than v{runner.LATEST}",
            "Those who read it before read it still; questions of this flagday refuse it.",
            _flag_day(patient),
        )


def _flag_day(patient: Patient) -> str:
    """Say how a legacy index gets to today's schema, and when it need not."""
    steps = (
        f"Try the flag day with {patient.command('rehearse ROOT…')}, and do it with "
        f"{patient.command('run ROOT…')}."
    )
    back = came_back(patient.service)
    if back is None:
        return steps
    act = f"{back.action.replace(' ', '-')} of {back.at[:19]}"
    return f"Nothing, as long as the {act} is meant to last. Then: {steps}"


def _unproven(patient: Patient, verdict: str) -> Finding:
    return Finding(
        Health.DAMAGED,
        f"the verdict of the run that made it is {verdict}",
        "Promises of the index were broken from the start.",
        f"Rebuild it with {patient.command('run ROOT…')}.",
    )


def _unsealed(patient: Patient) -> Finding:
    return Finding(
        Health.DAMAGED,
        "a run made it, and its header does not say so",
        "A run seals the header last: something has written to it since.",
        f"Look closer with {patient.command('doctor --full')}.",
    )


def _of_parsers(patient: Patient, connection: apsw.Connection) -> Iterator[Finding]:
    """Compare fingerprints, language by language; a quick examination does not load parsers."""
    if patient.parsers is None:
        return
    recorded: list[tuple[str, str]] = list(
        connection.execute(
            "SELECT language, lower(hex(fingerprint)) FROM parser_versions ORDER BY language"
        )
    )
    others = [language for language, mark in recorded if patient.parsers.get(language) != mark]
    others += sorted(patient.parsers.keys() - dict(recorded).keys())
    if others:
        yield Finding(
            Health.STALE,
            f"the parsers here are not those that built it: {', '.join(others)}",
            "The same files would give other symbols or refs today.",
            f"Rebuild it with {patient.command('run ROOT…')}.",
        )
