"""What each version leaves of the one before, up and down, with rows in the tables."""

import apsw
import pytest

from migrations import runner
from migrations.catalogue import migrations
from tests.migrations.conftest import recorded, rows, schema

KEPT = ("build_queue", "discovery_queue", "cache_entries", "cache_stats", "notes")


@pytest.mark.parametrize("foreign_keys", [0, 1])
def test_v5_drops_the_rows_of_v4_and_keeps_its_cache_its_queues_and_what_is_not_ours(
    at_v4, foreign_keys
):
    at_v4.execute(f"PRAGMA foreign_keys = {foreign_keys}")
    before = rows(at_v4, *KEPT)
    runner.up(at_v4)

    assert rows(at_v4, *KEPT) == before
    assert rows(at_v4, "files", "asts", "symbols", "refs", "symbol_kinds") == {
        table: [] for table in ("files", "asts", "symbols", "refs", "symbol_kinds")
    }


def test_v5_over_v4_is_v5_from_nothing_beside_what_it_keeps(at_v4, connection):
    mine = {name for _, name, _ in schema(at_v4)}
    runner.apply(connection, migrations()[-1])
    runner.up(at_v4)
    kept = [row for row in schema(at_v4) if row not in schema(connection)]

    assert set(schema(connection)) <= set(schema(at_v4))
    assert {name for _, name, _ in kept} <= mine
    assert {name for kind, name, _ in kept if kind == "table"} == set(KEPT)


@pytest.mark.parametrize("foreign_keys", [0, 1])
def test_v4_after_v5_has_the_schema_that_v4_had(at_v4, foreign_keys):
    at_v4.execute(f"PRAGMA foreign_keys = {foreign_keys}")
    before, kept = columns(at_v4), rows(at_v4, *KEPT)
    runner.up(at_v4)
    runner.down(at_v4, to=4)

    assert columns(at_v4) == before
    assert rows(at_v4, *KEPT) == kept
    assert recorded(at_v4) == [4]


@pytest.mark.parametrize("foreign_keys", [0, 1])
def test_v5_with_rows_goes_down_to_v4_and_up_again(at_v5, foreign_keys):
    at_v5.execute(f"PRAGMA foreign_keys = {foreign_keys}")
    before = schema(at_v5)
    runner.down(at_v5, to=4)
    down = rows(at_v5, "files", "symbols")
    runner.up(at_v5)

    assert down == {"files": [], "symbols": []}
    assert sorted(schema(at_v5)) == sorted(before)


def test_v4_with_rows_goes_down_to_nothing_but_what_is_not_ours(at_v4):
    runner.down(at_v4, to=0)

    assert [name for _, name, _ in schema(at_v4)] == ["notes"]


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
    drop_all_but(at_v5, {*KEPT, "runs", "run_steps", "schema_migrations"})
    runner.apply(at_v5, migrations()[-1])

    assert sorted(schema(at_v5)) == sorted(before)
    assert rows(at_v5, "runs", "run_steps") == runs
    assert rows(at_v5, "symbols", "files") == {"symbols": [], "files": []}


def test_no_version_leaves_an_offence_against_integrity(at_v4):
    for migrate in (runner.up, lambda connection: runner.down(connection, to=4)):
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
        "INSERT INTO asts VALUES (2, zeroblob(32), 1, 0, 0, 0, x'')",
        "INSERT INTO asts VALUES (2, zeroblob(31), 1, 0, 0, 0, x'')",
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


def columns(connection):
    """Return what a reader sees of the schema: columns of every table, however they were typed."""
    return {
        (kind, name): connection.execute(f"SELECT * FROM pragma_table_xinfo('{name}')").fetchall()
        for kind, name, _ in schema(connection)
    }


def drop_all_but(connection, kept):
    for kind, name, _ in schema(connection):
        is_there = connection.execute("SELECT 1 FROM sqlite_schema WHERE name = ?", (name,)).get
        if kind in {"view", "table"} and name not in kept and is_there:
            connection.execute(f"DROP {kind} {name}")
