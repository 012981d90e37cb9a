"""The doctor's word on a healthy, a degraded, a stale and a damaged index."""

import hashlib
import os
from contextlib import closing
from dataclasses import replace
from types import SimpleNamespace

import apsw
import pytest

from migrations.opening import FEW_STEPS
from tasks.companion.opening import open_existing, open_or_begin
from tasks.companion.place import companion_of, quarantined
from tasks.errors import PreconditionFailed
from tasks.store import audit, quarantine
from tasks.store.copying import digest
from tasks.store.generations import candidate_of, folder_of
from tasks.store.lock import only_one
from tasks.store.stop_record import StopRecord, record_of
from tasks.store.untouched import untouched
from tasks.upkeep import freshness, place
from tasks.upkeep.doctor import examine
from tasks.upkeep.findings import Finding, Health, worst
from tests import damage, legacy
from tests.tasks.upkeep.conftest import RUN, said, topic

TOPICS = [
    "integrity",
    "lineage",
    "search",
    "pages",
    "freshness",
    "companion",
    "sizes",
    "permissions",
    "builders",
    "place",
]


def tree(folder):
    """Every file below a folder, its content and its time."""
    return {
        path: (hashlib.sha256(path.read_bytes()).hexdigest(), path.stat().st_mtime_ns)
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_an_index_as_a_flag_day_leaves_it_is_healthy(patient, full):
    for examination in (examine(patient), examine(full)):
        assert (examination.health, said(examination)) == (Health.HEALTHY, [])
        assert [topic.name for topic in examination.topics] == TOPICS


def test_the_facts_say_what_was_looked_at(patient, full):
    quick, close = (topic(examine(one), "search").facts for one in (patient, full))

    assert topic(examine(patient), "lineage").facts["run"] == RUN
    assert quick["compared"] is None
    assert close["compared"] == close["fts_tables"] > 0


def test_an_examination_changes_nothing(full, tmp_path):
    open_or_begin(full.service).close()
    before = tree(tmp_path)
    examine(full)

    assert tree(tmp_path) == before


def test_the_worst_finding_is_the_word_for_the_whole():
    assert [worst([]), worst(Health), worst([Health.STALE, Health.DEGRADED])] == [
        Health.HEALTHY,
        Health.DAMAGED,
        Health.STALE,
    ]


def test_a_file_that_was_edited_deleted_or_came_makes_it_stale(full, root):
    (root / "a.py").write_text("def other(): pass\n")
    (root / "b.py").unlink()
    (root / "d.py").touch()
    examination = examine(full)

    assert said(examination) == [
        (
            "freshness",
            Health.STALE,
            "of 3 files looked at: 1 changed, 1 gone, 1 added since they were read; the first: "
            "src/a.py",
        )
    ]
    assert f"`flagday run {root} --db" in topic(examination, "freshness").findings[0].next_step


def test_a_file_that_this_user_may_not_look_at_is_not_gone(patient, root, nobody):
    with untouched(patient.service) as connection:
        root.chmod(0)
        patient.service.parent.chmod(0o755)
        with nobody():
            found = freshness.examine(patient, connection)

    assert (found.facts["gone"], found.findings) == (0, ())


def test_a_file_that_was_only_touched_makes_it_no_staler(examined, root):
    os.utime(root / "a.py", ns=(1, 1))

    assert examined().health is Health.HEALTHY


def test_a_file_of_the_same_size_and_another_time_is_read(examined, root):
    (root / "a.py").write_text("def z(): pass\n")
    os.utime(root / "a.py", ns=(1, 1))

    assert topic(examined(), "freshness").facts["changed"] == 1


def test_a_root_that_is_gone_makes_it_stale(examined, root):
    root.rename(root.with_name("moved"))

    assert said(examined()) == [("freshness", Health.STALE, f"root src is not at {root}")]


def test_other_parsers_than_those_that_built_it_make_it_stale(full):
    examination = examine(replace(full, parsers={"cobol": "00"}))

    assert said(examination) == [
        ("lineage", Health.STALE, "the parsers here are not those that built it: cobol")
    ]


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("kind", damage.KINDS, ids=lambda kind: kind.__name__)
def test_damage_is_told_with_the_command_that_rebuilds(patient, kind, seed):
    kind(patient.location, seed)
    examination = examine(patient)
    findings = topic(examination, "integrity").findings

    assert (examination.health, len(findings)) == (Health.DAMAGED, 1)
    assert f"`flagday run ROOT… --db {patient.service}`" in findings[0].next_step
    assert [topic.name for topic in examination.topics] == TOPICS


def test_what_the_damage_does_not_reach_is_examined_all_the_same(patient):
    page = damage.page_bytes(patient.location)
    connection = apsw.Connection(str(patient.service), flags=apsw.SQLITE_OPEN_READONLY)
    (root,) = connection.execute(
        "SELECT rootpage FROM sqlite_schema WHERE name = 'refs_by_name'"
    ).fetchone()
    connection.close()
    content = bytearray(patient.location.read_bytes())
    content[(root - 1) * page : (root - 1) * page + 8] = bytes(8)
    patient.location.write_bytes(content)
    examination = examine(patient)

    assert [topic for topic, *_ in said(examination)] == ["integrity"]
    assert topic(examination, "lineage").facts["run"] == RUN
    assert topic(examination, "freshness").facts["examined"] == 3


def test_a_changed_letter_that_no_tree_shows_is_found_by_the_digest(full):
    whole = full.location.read_bytes()
    full.location.write_bytes(whole.replace(b"/reports", b"/reborts"))

    assert said(examine(replace(full, is_full=False))) == []
    assert said(examine(full)) == [
        (
            "integrity",
            Health.DAMAGED,
            "its bytes are not those that were put in service, says the audit log",
        )
    ]


def test_search_that_differs_from_its_tables_is_found_in_full_alone(full):
    connection = apsw.Connection(str(full.service))
    connection.execute(
        "INSERT INTO symbol_names_substrings (rowid, name) VALUES (77, 'invented here')"
    )
    connection.execute("PRAGMA journal_mode = DELETE").fetchall()
    connection.execute("PRAGMA journal_mode = WAL").fetchall()
    connection.close()
    found = topic(examine(full), "search").findings

    assert topic(examine(replace(full, is_full=False)), "search").findings == ()
    assert [finding.what.split(":")[0] for finding in found] == [
        "symbol_names_substrings does not say what the tables say"
    ]


def test_a_table_for_search_over_a_view_without_end_is_told(full, monkeypatch):
    monkeypatch.setattr("tasks.upkeep.search.ample", lambda _: FEW_STEPS)
    connection = apsw.Connection(str(full.service))
    connection.execute(
        "CREATE VIEW endless AS WITH RECURSIVE n (i) AS"
        " (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i FROM n WHERE i < 1"
    )
    connection.execute(
        "CREATE VIRTUAL TABLE trap USING fts5 (i, content = 'endless', content_rowid = 'i')"
    )
    connection.execute("PRAGMA journal_mode = DELETE").fetchall()
    connection.execute("PRAGMA journal_mode = WAL").fetchall()
    connection.close()

    assert [finding.what for finding in topic(examine(full), "search").findings] == [
        "trap does not say what the tables say: interrupted"
    ]


def test_a_list_of_the_words_of_a_table_for_search_is_not_searched_itself(full):
    connection = apsw.Connection(str(full.service))
    connection.execute("CREATE VIRTUAL TABLE terms USING fts5vocab ('symbol_names_words', 'row')")
    connection.close()

    assert topic(examine(full), "search").findings == ()


def test_rows_without_a_parent_are_damage(full):
    connection = apsw.Connection(str(full.service))
    connection.execute("PRAGMA foreign_keys = OFF; DELETE FROM roots")
    connection.close()

    assert (
        "integrity",
        Health.DAMAGED,
        "3 rows of files have no parent",
    ) in said(examine(full))


def test_what_is_wrong_in_tables_that_are_only_carried_over_is_a_note(full):
    connection = apsw.Connection(str(full.location))
    connection.execute(
        "PRAGMA foreign_keys = OFF; CREATE TABLE parents (id INTEGER PRIMARY KEY, a);"
        "CREATE TABLE orphans (p REFERENCES parents); INSERT INTO orphans VALUES (7);"
        "CREATE TABLE mismatched (p REFERENCES parents (a));"
        "CREATE TABLE dirty (a, b); INSERT INTO dirty (a) VALUES (1);"
        "CREATE VIRTUAL TABLE found USING fts5 (a, content = dirty);"
        "INSERT INTO found VALUES ('gone'); PRAGMA writable_schema = ON;"
        "UPDATE sqlite_schema SET sql = 'CREATE TABLE dirty (a, b NOT NULL)' WHERE name = 'dirty'"
    ).fetchall()
    connection.close()
    audit.append(full.service, audit.Act("cut over", digest(full.service)), audit.Result.DONE)
    *of_rows, (_, health, what) = said(examine(full))

    assert of_rows == [
        ("integrity", Health.HEALTHY, "NULL value in dirty.b"),
        (
            "integrity",
            Health.HEALTHY,
            'foreign key mismatch - "mismatched" referencing "parents"; '
            "1 rows of orphans have no parent",
        ),
    ]
    assert (health, what.partition(":")[0]) == (
        Health.HEALTHY,
        "found does not say what the tables say",
    )


def test_changes_in_a_log_that_nothing_has_on_record_are_damage(full):
    writer = apsw.Connection(str(full.service))
    writer.execute("CREATE INDEX more ON files (mtime_ns)")
    found = said(examine(full))
    writer.close()

    assert (
        "integrity",
        Health.DAMAGED,
        "its bytes are not those that were put in service, says the audit log",
    ) in found


def test_changes_in_a_log_that_are_on_record_are_to_be_written_back(full, waiting):
    waiting()

    assert (
        "integrity",
        Health.DEGRADED,
        "changes on record wait in a log beside the index",
    ) in said(examine(full))


def test_an_older_schema_is_stale_and_a_newer_one_is_for_a_newer_flagday(examined, service):
    connection = apsw.Connection(str(service))
    connection.execute("UPDATE schema_migrations SET version = 99 WHERE version = 5")
    connection.close()

    assert said(examined())[0] == (
        "lineage",
        Health.DEGRADED,
        "schema v99 is newer than this flagday, which knows v5",
    )


def test_without_statistics_it_is_degraded(examined, service):
    connection = apsw.Connection(str(service))
    connection.execute("DROP TABLE sqlite_stat1")
    connection.close()

    assert said(examined()) == [("pages", Health.DEGRADED, "it has no statistics for the planner")]


def test_many_empty_pages_are_told(examined, service):
    connection = apsw.Connection(str(service))
    connection.execute("CREATE TABLE big (x); INSERT INTO big VALUES (zeroblob(4000000))")
    connection.execute("DROP TABLE big")
    connection.close()
    (found,) = said(examined())

    assert found[:2] == ("pages", Health.DEGRADED)
    assert found[2].endswith("pages are empty")


def test_whoever_else_may_write_or_read_more_is_told(examined, service):
    service.resolve().chmod(0o620)
    (service.parent / "index.db.audit.jsonl").chmod(0o644)
    service.parent.chmod(0o777)
    found = said(examined())
    service.parent.chmod(0o755)

    assert found == [
        ("permissions", Health.DEGRADED, f"everyone may write to {service.parent} (mode 0777)"),
        (
            "permissions",
            Health.DEGRADED,
            f"its group may write to {service.resolve()} (mode 0620)",
        ),
        (
            "permissions",
            Health.DEGRADED,
            f"{service}.audit.jsonl may be read by more people than the index (mode 0644)",
        ),
    ]


@pytest.mark.parametrize(
    ("fstype", "what"),
    [
        ("ext4", []),
        ("nfs4", ["it keeps a write-ahead log on nfs4, a network file system"]),
    ],
)
def test_a_network_file_system_is_told(patient, fstype, what):
    found = place.examine(patient, [SimpleNamespace(mountpoint="/", fstype=fstype)])

    assert [finding.what for finding in found.findings] == what
    assert found.facts == {"file_system": fstype, "journal": "WAL"}


def test_an_index_with_a_rollback_journal_on_a_network_is_slow_and_safe(patient):
    connection = apsw.Connection(str(patient.service))
    connection.pragma("journal_mode", "delete")
    connection.close()
    (found,) = place.examine(patient, [SimpleNamespace(mountpoint="/", fstype="cifs")]).findings

    assert found.what == "it lies on cifs, a network file system"


def test_leftovers_and_old_generations_are_told(examined, service):
    (folder_of(service) / "killed.scratch").mkdir()
    candidate_of(service, "killed").touch()
    (found,) = said(examined())

    assert found == (
        "sizes",
        Health.DEGRADED,
        "1 old generations and 1 folders of killed commands take 0 MiB",
    )


def test_what_is_in_quarantine_is_a_note(examined, service):
    quarantine.folder_of(service).mkdir(mode=0o700)
    (quarantine.folder_of(service) / "1.db.damaged-now").touch(mode=0o600)
    examination = examined()

    assert examination.health is Health.HEALTHY
    assert said(examination) == [
        ("sizes", Health.HEALTHY, "1 damaged files are kept in quarantine")
    ]


def test_an_index_whose_audit_log_this_user_may_not_read_is_examined(patient, nobody, monkeypatch):
    monkeypatch.setattr("tasks.upkeep.lineage.version", lambda _: "1")  # it lies in the checkout
    open_or_begin(patient.service).close()
    for folder in (patient.service.parent, folder_of(patient.service)):
        folder.chmod(0o755)
    for database in (patient.location, patient.companion):
        database.chmod(0o644)
    own = examine(patient)  # loads what another user may have no right to read
    audit.log_of(patient.service).chmod(0)
    with nobody():
        theirs = examine(patient)

    assert topic(theirs, "companion") == topic(own, "companion")


def test_the_companion_tells_how_questions_are_answered(examined, service):
    connection = open_or_begin(service)
    connection.execute(
        "INSERT INTO query_stats VALUES ('where', 40, 190, 190000), ('where', 80, 10, 9000000),"
        " ('search', 84, 200, 440000000)"
    )
    connection.execute(
        "INSERT INTO analysis_makers (cache_type, provider, model, hits, misses)"
        " VALUES ('summary', '', '', 30, 10)"
    )
    connection.close()
    examination = examined()
    facts = topic(examination, "companion").facts

    assert (facts["lookups"], facts["hit_rate"]) == (40, 0.75)
    assert (facts["where_p95_ms"], facts["search_p95_ms"]) == (1.0, 2200.0)
    assert said(examination) == [
        (
            "companion",
            Health.DEGRADED,
            "one in twenty of 200 questions of kind search took 2200 ms or more",
        )
    ]


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (damage.TEXT, "the companion cannot be read: "),
        (b"", "the companion cannot be read: it is empty: 0 bytes"),
    ],
)
def test_a_damaged_companion_does_not_damage_the_index(examined, service, content, what):
    open_or_begin(service).close()
    companion_of(service).write_bytes(content)
    examination = examined()
    ((topic, health, told),) = said(examination)

    assert examination.health is Health.DEGRADED
    assert (topic, health) == ("companion", Health.DEGRADED)
    assert told.startswith(what)


@pytest.mark.parametrize(
    ("change", "what"),
    [
        ("DROP TABLE schema_migrations", "is a database of another make"),
        ("INSERT INTO schema_migrations VALUES (9, 'next', '', '', 0, '')", "has schema v9, newer"),
    ],
)
def test_a_companion_that_no_command_opens_needs_attention(examined, service, change, what):
    with closing(open_or_begin(service)) as connection:
        connection.execute(change)
    ((topic, health, told),) = said(examined())

    assert (topic, health, what in told) == ("companion", Health.DEGRADED, True)


def test_a_companion_that_was_moved_away_needs_attention_until_it_is_gone(examined, service):
    open_or_begin(service).close()
    companion_of(service).write_bytes(damage.TEXT)
    open_existing(service)
    (away,) = quarantined(service)
    without, *_ = said(examined())
    open_or_begin(service).close()
    beside, *_ = said(examined())
    away.unlink()

    assert without == beside
    assert beside == (
        "companion",
        Health.DEGRADED,
        f"damaged companions were moved away: 1, the last as {away}",
    )
    assert said(examined()) == []


def test_an_index_that_is_not_there_is_refused_with_what_to_do(patient):
    patient.location.unlink()

    with pytest.raises(PreconditionFailed, match=r"leads to .*, which is not there") as refused:
        examine(patient)
    assert f"`flagday restore FILE --db {patient.service}`" in refused.value.next_step


def test_builders_that_a_run_has_left_stopped_are_named_unless_a_run_goes_on(patient):
    StopRecord(patient.service).add("indexer")
    left = topic(examine(patient), "builders")
    with only_one(patient.service):
        during = topic(examine(patient), "builders")

    assert left.findings == (
        Finding(
            Health.DEGRADED,
            "a run has told builders to stop, and has not seen them run again: indexer",
            "Where they have stopped, whatever they keep up to date is not.",
            "The next run with the same plan starts them at its end, a rehearsal too. Or see to "
            f"them by hand, and delete {record_of(patient.service)}.",
        ),
    )
    assert (during.health, during.facts["stopped"]) == (Health.HEALTHY, "indexer")
    assert f"pid {os.getpid()}" in during.facts["run"]


@pytest.fixture
def old(patient, tmp_path):
    """Somebody else's index, by name, as a patient for a close look."""

    def made(name):
        service = legacy.found(name, tmp_path / f"{name}.db")
        return replace(patient, service=service, is_full=True, listed=lambda *_: (), parsers={})

    return made


@pytest.mark.parametrize("name", legacy.NAMES)
def test_a_legacy_index_is_whole_and_nobody_looks_for_roots_in_it(old, name):
    examination = examine(old(name))
    freshness = topic(examination, "freshness")
    version = "of another make" if name == "foreign" else name[:2]

    assert freshness.not_examined == f"{version}; not examined"
    assert examination.health in {Health.STALE, Health.DEGRADED}


def test_what_a_builder_writes_and_breaks_in_a_legacy_index_is_no_damage(old):
    patient = old("v4")
    audit.append(patient.service, audit.Act("roll back", "00" * 32), audit.Result.DONE)
    connection = apsw.Connection(str(patient.service))
    connection.execute("PRAGMA foreign_keys = OFF; DELETE FROM files")
    connection.close()
    (finding,) = topic(examine(patient), "integrity").findings

    assert finding.health is Health.DEGRADED
    assert "have no parent" in finding.what


@pytest.mark.parametrize(
    ("table", "only_in_full"),
    [
        ("marks (a TEXT COLLATE theirs PRIMARY KEY)", True),
        ("marks (a); CREATE INDEX marks_by_length ON marks (a) WHERE measured(a) > 2", True),
        ("marks (a REFERENCES marks (b), b)", True),
        ("marks (a TEXT, b INT AS (measured(a))) STRICT", False),
    ],
)
def test_what_only_an_application_can_check_is_no_damage(old, table, only_in_full):
    patient = old("foreign")
    connection = apsw.Connection(str(patient.service))
    connection.create_collation("theirs", lambda a, b: (a < b) - (a > b))
    connection.create_scalar_function("measured", len, 1, deterministic=True)
    connection.execute(f"CREATE TABLE {table}")
    connection.execute("INSERT INTO marks (a) VALUES ('one'), ('two'), ('three')")
    connection.close()
    full, quick = (examine(replace(patient, is_full=is_full)) for is_full in (True, False))
    told = [finding.what for finding in topic(full, "integrity").findings]

    assert (full.health, quick.health) == (Health.DEGRADED, Health.DEGRADED)
    assert told[-1].startswith("SQLite cannot check all of it: ")
    assert (topic(quick, "integrity").findings == ()) is only_in_full


def test_an_index_that_was_rolled_back_may_stay_as_it_is(old):
    patient = old("v4")
    audit.append(patient.service, audit.Act("cut over"), audit.Result.DONE)
    ahead = topic(examine(patient), "lineage").findings[0].next_step
    audit.append(patient.service, audit.Act("roll back"), audit.Result.DONE)
    back = topic(examine(patient), "lineage").findings[0].next_step

    assert ahead.startswith("Try the flag day with `flagday rehearse ROOT… --db")
    assert back.startswith("Nothing, as long as the roll-back of ")


def test_what_was_torn_out_of_an_index_of_today_is_damage_still(patient):
    connection = apsw.Connection(str(patient.service))
    connection.execute("PRAGMA foreign_keys = OFF; DROP TABLE schema_migrations; DROP TABLE roots")
    connection.close()

    assert examine(patient).health is Health.DAMAGED
