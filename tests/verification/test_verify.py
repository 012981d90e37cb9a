import hashlib
from contextlib import closing
from dataclasses import replace

import apsw
import pytest

from tasks.store.copying import digest
from tests.verification.offences import left_log, offend, run
from verification.subject import Finding, Severity, Verdict
from verification.verify import MAX_EVIDENCE, verify


def state_of(folder):
    """Return the digest of every file in a folder, but for SQLite's shared memory."""
    return {
        file.name: hashlib.sha256(file.read_bytes()).hexdigest()
        for file in sorted(folder.iterdir())
        if file.is_file() and not file.name.endswith("-shm")
    }


def found(verdict, check_id):
    """Return the finding of one check."""
    (finding,) = (finding for finding in verdict.findings if finding.check_id == check_id)
    return finding


def judged(severity, offences):
    """Return a finding as a check of this severity would make it."""
    return Finding("V-999", "A promise", severity, "§6", "ledger", offences, (), None)


def test_a_verified_index_is_the_same_to_the_byte(good):
    before = state_of(good.database.parent)
    verify(good)

    assert state_of(good.database.parent) == before


def test_an_index_with_write_ahead_logging_is_the_same_to_the_byte(good):
    run(good.database, "PRAGMA journal_mode = WAL")
    before = state_of(good.database.parent)
    verify(good)

    assert state_of(good.database.parent) == before


def test_what_stands_in_a_write_ahead_log_is_verified_and_stays_there(good):
    run(good.database, "PRAGMA journal_mode = WAL")
    with closing(apsw.Connection(str(good.database))) as writer:
        writer.config(apsw.SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1)
        writer.execute("INSERT INTO build_queue VALUES ('room.py')")
    before = state_of(good.database.parent)
    verdict = verify(good)

    assert found(verdict, "V-051").evidence == ({"queue": "build_queue", "rows": 1},)
    assert state_of(good.database.parent) == before


def test_what_waits_in_a_log_counts_for_the_bytes_on_record(good):
    logged = left_log(good)
    on_record = replace(logged, recorded_sha256=digest(logged.database))
    database = frozenset({"database"})

    assert found(verify(on_record, database), "V-065").is_kept
    assert found(verify(logged, database), "V-065").offences == 1


def test_an_index_behind_a_link_is_verified(good):
    link = good.database.with_name("in_service.db")
    link.symlink_to(good.database.name)

    assert verify(replace(good, database=link)) == verify(good)


def test_evidence_is_the_select_list_of_the_query(good):
    verdict = verify(offend(good, "V-020"))

    assert found(verdict, "V-020").evidence == (
        {"root": "right", "path": "logo.png", "outcome": "skipped", "reason": " "},
    )


def test_all_offences_are_counted_and_the_first_ones_kept(good):
    run(
        good.database,
        "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 30)"
        " INSERT INTO imports SELECT 1, '', 'import', NULL, 1, i FROM n",
    )
    finding = found(verify(good), "V-045")

    assert (finding.offences, len(finding.evidence)) == (30, MAX_EVIDENCE)


def test_an_error_of_the_database_is_an_offence_of_the_check_that_met_it(good):
    run(good.database, "DROP TABLE imports")

    assert found(verify(good), "V-045").evidence == ({"error": "SQLError: no such table: imports"},)


def test_facts_that_nobody_can_unpack_are_offences_and_no_fault_of_a_check(good):
    run(good.database, "UPDATE asts SET facts = x'00'")
    broken = {finding.check_id for finding in verify(good).findings if finding.offences}

    assert {"V-023", "V-024"} <= broken


def test_an_unreadable_export_is_an_offence(good):
    (good.exports / "refs.parquet").write_bytes(b"no Parquet")
    verdict = verify(good, frozenset({"exports"}))

    assert [finding.offences for finding in verdict.findings] == [1, 1, 1]


def test_json_that_is_nested_too_deep_is_an_offence(good):
    run(good.database, f"UPDATE roots SET exclude = '{'[' * 990}{']' * 990}'")
    broken = {finding.check_id for finding in verify(good).findings if finding.offences}

    assert {"V-023", "V-024"} <= broken


def test_a_file_that_is_no_database_breaks_promises_and_not_the_verification(good):
    good.database.write_bytes(b"no database" * 1000)
    verdict = verify(good)

    assert not verdict.passed
    assert found(verdict, "V-007").evidence == ({"error": "NotADBError: file is not a database"},)


def test_a_missing_database_is_an_error(good):
    with pytest.raises(apsw.CantOpenError):
        verify(replace(good, database=good.database.with_name("none.db")))


def test_only_the_groups_asked_for_are_checked(good):
    verdict = verify(good, frozenset({"code", "exports"}))

    assert [finding.check_id for finding in verdict.findings] == [
        "V-070",
        "V-071",
        "V-072",
        "V-080",
        "V-081",
    ]


def test_the_time_of_every_check_is_kept_beside_the_findings(good):
    verdict = verify(good, frozenset({"code", "exports"}))

    assert [check_id for check_id, _ in verdict.took_s] == [
        finding.check_id for finding in verdict.findings
    ]


def test_a_check_with_nothing_to_look_at_says_so_and_is_not_kept(good):
    finding = found(verify(replace(good, exports=None)), "V-070")

    assert (finding.not_applicable, finding.offences, finding.is_kept) == (
        "nothing was exported",
        0,
        False,
    )


def test_a_verdict_passes_where_all_that_can_be_looked_at_is_kept(good):
    assert verify(replace(good, exports=None)).passed


@pytest.mark.parametrize(
    ("severity", "offences", "passed"),
    [
        (Severity.FAIL, 0, True),
        (Severity.FAIL, 1, False),
        (Severity.WARN, 1, True),
    ],
)
def test_only_an_offence_of_severity_fail_fails_the_verdict(severity, offences, passed):
    assert Verdict((judged(severity, offences),)).passed is passed


def test_the_verdicts_of_two_halves_join_to_that_of_the_whole(good):
    exports = frozenset({"exports"})
    others = frozenset(finding.group for finding in verify(good).findings) - exports

    assert verify(good, exports).joined(verify(good, others)) == verify(good)
