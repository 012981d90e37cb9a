"""What each version leaves of the one before, up and down, with rows in the tables."""

from functools import partial

import apsw
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from migrations import runner
from migrations.catalogue import MigrationError, migrations
from tests.legacy import recorded as legacy
from tests.migrations.conftest import recorded, rows, schema

OF_OTHERS = ("notes", "note_stars", "notes_fts")
QUEUES = ("build_queue", "discovery_queue")
CACHE = ("cache_entries", "cache_stats")
KEPT = (*QUEUES, *OF_OTHERS)


@pytest.fixture(params=[0, 1], ids=["foreign keys off", "foreign keys on"])
def at(request, tmp_path, at_v5):
    """Open an index with rows at a version of the lineage."""
    connections = []

    def opened(version):
        if version < runner.LATEST:
            path = legacy(f"v{version}", tmp_path / f"at_v{version}.db")
            connection = apsw.Connection(str(path))
        else:
            connection = at_v5
        connection.execute(f"PRAGMA foreign_keys = {request.param}")
        connections.append(connection)
        return connection

    yield opened
    for connection in connections:
        connection.close()


@pytest.mark.parametrize("version", [1, 2, 3, 4])
def test_up_and_down_again_gives_the_text_of_the_schema_back_and_keeps_what_is_not_derived(
    at, version
):
    connection = at(version)
    kept = KEPT if version == 4 else OF_OTHERS
    before, texts = rows(connection, *kept), schema(connection)
    applied = runner.up(connection, to=version + 1)
    meanwhile = rows(connection, *kept)
    reverted = runner.down(connection, to=version)

    assert (applied, reverted) == ([version + 1], [version + 1])
    assert schema(connection) == texts
    assert rows(connection, *kept) == meanwhile == before
    assert recorded(connection) == list(range(1, version + 1))


@pytest.mark.parametrize("version", [2, 3, 4, 5])
def test_down_and_up_again_gives_the_text_of_the_schema_back_and_keeps_what_others_have(
    at, version
):
    connection = at(version)
    kept = KEPT if version == 5 else OF_OTHERS
    before, texts = rows(connection, *kept), schema(connection)
    runner.down(connection, to=version - 1)
    runner.up(connection, to=version)

    assert schema(connection) == texts
    assert rows(connection, *kept) == before


@pytest.mark.parametrize("version", [1, 2, 3, 4])
def test_a_derived_row_survives_neither_the_way_up_nor_the_way_down(at, version):
    connection = at(version)
    derived = derived_tables(connection)
    full = [table for table, (is_there,) in counted(connection, derived) if is_there]
    runner.up(connection, to=version + 1)
    above = counted(connection, derived_tables(connection))
    runner.down(connection, to=version)

    assert full == derived
    assert [table for table, found in above if found != (0,)] == []
    assert [table for table, found in counted(connection, derived) if found != (0,)] == []


@pytest.mark.parametrize("version", [1, 2, 3, 4, 5])
def test_from_any_version_the_way_leads_down_to_what_others_have_alone(at, version):
    connection = at(version)
    runner.down(connection, to=0)

    assert {name for kind, name, _ in schema(connection) if kind == "table"} == {
        *OF_OTHERS,
        *(f"notes_fts_{part}" for part in ("config", "data", "docsize", "idx")),
    }
    assert recorded(connection) == []


@pytest.mark.parametrize("version", [1, 2, 3, 4])
def test_from_any_version_the_way_leads_up_to_the_latest_step_by_step(at, connection, version):
    old = at(version)
    applied = runner.up(old)
    runner.up(connection)

    assert applied == list(range(version + 1, runner.LATEST + 1))
    assert set(schema(connection)) <= set(schema(old))


@settings(deadline=None, max_examples=40)
@given(st.lists(st.integers(0, runner.LATEST), max_size=6), st.integers(0, runner.LATEST))
def test_the_schema_of_a_version_is_the_same_whichever_way_led_to_it(stops, last):
    walked, straight = apsw.Connection(":memory:"), apsw.Connection(":memory:")
    for stop in [*stops, last]:
        is_above = stop > runner.current_version(walked)
        (runner.up if is_above else runner.down)(walked, to=stop)
    runner.up(straight, to=last)

    assert schema(walked) == schema(straight)


@pytest.mark.parametrize("version", [4, 5])
def test_a_version_that_may_come_from_nothing_leads_down_to_nothing(connection, version):
    runner.apply(connection, migrations()[version - 1])
    reverted = runner.down(connection, to=0)

    assert reverted == list(range(version, 0, -1))
    assert (schema(connection), recorded(connection)) == ([], [])


@pytest.mark.parametrize("version", [2, 3])
def test_a_version_that_comes_from_the_one_before_is_refused_without_it(connection, version):
    with pytest.raises(MigrationError, match="no such table"):
        runner.apply(connection, migrations()[version - 1])
    assert schema(connection) == []


def test_v5_over_v4_is_v5_from_nothing_beside_what_it_keeps(at_v4, connection):
    mine = {name for _, name, _ in schema(at_v4)}
    runner.apply_alone(connection, migrations()[-1])
    runner.up(at_v4)
    kept = [row for row in schema(at_v4) if row not in schema(connection)]

    assert set(schema(connection)) <= set(schema(at_v4))
    assert {name for _, name, _ in kept} <= mine
    assert {name for kind, name, _ in kept if kind == "table" and "_fts_" not in name} == set(KEPT)


def test_v4_goes_down_and_up_without_its_cache_and_its_queues(at_v4):
    runner.down(at_v4, to=3)
    runner.up(at_v4, to=4)

    assert rows(at_v4, *QUEUES, *CACHE) == {table: [] for table in (*QUEUES, *CACHE)}


def test_v5_has_no_cache_of_its_own_and_the_way_back_leads_to_an_empty_one(at_v4):
    runner.up(at_v4)
    names = {name for _, name, _ in schema(at_v4)}
    runner.down(at_v4, to=4)

    assert names & set(CACHE) == set()
    assert rows(at_v4, *CACHE) == {table: [] for table in CACHE}


def test_a_version_applied_alone_drops_nothing_of_others(connection):
    connection.execute(
        "CREATE TABLE symbol_docs (page); INSERT INTO symbol_docs VALUES ('a');"
        "CREATE VIEW symbol_locations AS SELECT page FROM symbol_docs"
    ).fetchall()
    runner.apply_alone(connection, migrations()[-1])

    assert rows(connection, "symbol_locations") == {"symbol_locations": [("a",)]}
    assert recorded(connection) == [5]


def test_v4_works_after_the_way_back(at_v5):
    runner.down(at_v5, to=4)
    at_v5.execute(
        "INSERT INTO files VALUES (1, 'a.py', 'python', 1, 0);"
        "INSERT INTO content_versions (content_version_id, file_id, content_hash)"
        " VALUES (1, 1, 'aa');"
        "INSERT INTO symbols (file_id, content_version_id, name, symbol_type, line_number)"
        " VALUES (1, 1, 'f', 'function', 1)"
    ).fetchall()

    assert rows(at_v5, "symbol_locations") == {"symbol_locations": [("f", "function", "a.py", 1)]}
    assert at_v5.execute("SELECT name FROM symbols_fts WHERE symbols_fts MATCH 'f'").get == "f"


def test_v5_is_applied_anew_where_its_tables_were_dropped_and_its_runs_stay(at_v5):
    before, runs = schema(at_v5), rows(at_v5, "runs", "run_steps")
    drop_all_but(at_v5, {*KEPT, "starred_notes", "runs", "run_steps", "schema_migrations"})
    runner.apply(at_v5, migrations()[-1])

    assert sorted(schema(at_v5)) == sorted(before)
    assert rows(at_v5, "runs", "run_steps") == runs
    assert rows(at_v5, "symbols", "files") == {"symbols": [], "files": []}


def test_no_version_leaves_an_offence_against_integrity(at_v4):
    for migrate in (runner.up, *(partial(runner.down, to=version) for version in (4, 3, 2, 1))):
        migrate(at_v4)

        assert at_v4.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert at_v4.execute("PRAGMA foreign_key_check").fetchall() == []


@pytest.mark.parametrize(
    "row",
    [
        "INSERT INTO symbols (ast_id, name, symbol_type, line_number, column_number, end_line)"
        " VALUES (1, 'f', 'function', 1, 0, 1)",
        "INSERT INTO symbols (ast_id, name, symbol_type, line_number, column_number, end_line)"
        " VALUES (1, 'g', 'function', 2, 0, 1)",
        "INSERT INTO asts VALUES (2, zeroblob(32), 1, 0, 0, 0, 'utf-8', x'')",
        "INSERT INTO asts VALUES (2, zeroblob(31), 1, 0, 0, 0, 'utf-8', x'')",
        "INSERT INTO files (root_id, path, size_bytes, mtime_ns, outcome)"
        " VALUES (1, 'b.c', 0, 0, 'indexed')",
        "INSERT INTO files (root_id, path, size_bytes, mtime_ns, outcome)"
        " VALUES (1, 'b.c', 0, 0, 'skipped')",
        "INSERT INTO files (root_id, path, size_bytes, mtime_ns, outcome, reason)"
        " VALUES (1, 'a.c', 0, 0, 'skipped', 'twice')",
        "UPDATE files SET outcome = 'unheard of', reason = 'x'",
    ],
    ids=[
        "a symbol twice",
        "an end before its line",
        "a content twice under a parser version",
        "a hash of another length",
        "indexed without a content",
        "skipped without a reason",
        "a path twice",
        "an unknown outcome",
    ],
)
def test_v5_refuses(at_v5, row):
    with pytest.raises(apsw.ConstraintError):
        at_v5.execute(row)


def derived_tables(connection):
    """Name the tables that are neither of others, nor queues, nor FTS tables."""
    found = connection.execute(
        "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table'"
        " AND name NOT LIKE 'sqlite_%' AND name <> 'schema_migrations' ORDER BY name"
    )
    return [name for (name,) in found if name not in KEPT]


def counted(connection, tables):
    return [
        (table, connection.execute(f"SELECT COUNT(*) FROM {table}").fetchone()) for table in tables
    ]


def drop_all_but(connection, kept):
    found = connection.execute(
        "SELECT type, name FROM pragma_table_list WHERE schema = 'main'"
        " AND type <> 'shadow' AND name NOT LIKE 'sqlite_%' ORDER BY type DESC, name"
    ).fetchall()
    for kind, name in found:
        if name not in kept:
            connection.execute(f"DROP {'VIEW' if kind == 'view' else 'TABLE'} {name}")
