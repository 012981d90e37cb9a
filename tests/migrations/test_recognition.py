"""A database without a record is told by its tables and their columns, or not at all."""

import apsw
import pytest

from migrations import runner
from migrations.catalogue import MigrationError
from migrations.recognition import form_called, forms, recognise
from tests import legacy
from tests.migrations.conftest import recorded, rows, schema

FORMS = {
    "v1": "v1",
    "v2": "v2",
    "v3": "v3",
    "v3_text_keyed": "v3 text-keyed",
    "v4": "v4",
    "foreign": None,
}


@pytest.fixture
def found(tmp_path):
    """Open a legacy database as the field has it."""
    connections = []

    def opened(name):
        connection = apsw.Connection(str(legacy.found(name, tmp_path / f"{name}.db")))
        connections.append(connection)
        return connection

    yield opened
    for connection in connections:
        connection.close()


def form_of(connection):
    form = recognise(connection)
    return form.name if form else None


@pytest.mark.parametrize(("name", "form"), FORMS.items())
def test_a_legacy_database_is_told_by_its_tables(found, name, form):
    assert form_of(found(name)) == form


def test_an_empty_database_has_no_form(connection):
    assert recognise(connection) is None


def test_a_v5_index_that_lost_its_record_is_told_too(at_v5):
    at_v5.execute("DROP TABLE schema_migrations")

    assert form_of(at_v5) == "v5"


@pytest.mark.parametrize(
    ("name", "change", "form"),
    [
        ("v4", "ALTER TABLE symbols ADD COLUMN ast_id INTEGER", "v4"),
        (
            "v4",
            "ALTER TABLE symbols RENAME TO passing; ALTER TABLE passing RENAME TO SYMBOLS",
            "v4",
        ),
        ("v4", "DROP TABLE build_queue; DROP TABLE cache_entries; DROP TABLE cache_stats", "v4"),
        ("v4", "DROP VIEW symbol_locations; DROP TABLE symbols_fts; DROP TABLE refs_fts", "v4"),
        ("v3", "DROP INDEX symbols_by_hash", "v3"),
        ("v1", "DROP TABLE symbols_fts", "v1"),
        ("v1", "ALTER TABLE symbols DROP COLUMN signature", "v1"),
        ("v3", "ALTER TABLE files DROP COLUMN last_indexed", "v3"),
        ("v4", "DROP TABLE symbol_docs", None),
        ("v3", "DROP TABLE symbol_kinds", None),
        ("v3_text_keyed", "ALTER TABLE symbols RENAME COLUMN file_path TO path", None),
        ("v2", "DROP TABLE file_tags", None),
        ("v1", "ALTER TABLE symbols RENAME COLUMN usr TO id", None),
    ],
)
def test_columns_that_a_row_can_be_without_and_lookups_do_not_matter_tables_and_keys_do(
    found, name, change, form
):
    connection = found(name)
    connection.execute("DROP VIEW IF EXISTS starred_notes; " + change).fetchall()

    assert form_of(connection) == form


def test_a_form_is_known_by_the_columns_that_a_row_of_it_cannot_be_without():
    assert {table: sorted(names) for table, names in form_called("v3").marks.items()} == {
        "files": ["id", "path"],
        "symbols": ["file_hash", "file_id", "symbols_json"],
        "symbol_kinds": ["file_id", "kind"],
    }
    assert {
        table: sorted(names) for table, names in form_called("v3 text-keyed").marks.items()
    } == {
        "symbols": ["file_hash", "file_path", "symbols_json"],
    }


def test_a_view_in_place_of_a_table_is_not_that_table(found):
    connection = found("v3")
    connection.execute(
        "ALTER TABLE symbol_kinds RENAME TO kinds; CREATE VIEW symbol_kinds AS SELECT * FROM kinds"
    ).fetchall()

    assert recognise(connection) is None


def test_what_goes_with_a_form_is_what_the_newest_version_does_not_have():
    assert {form.name: sorted(form.gone) for form in forms()} == {
        "v1": ["cache_metadata", "file_metadata", "header_tracker", "parse_errors", "symbols_fts"],
        "v2": ["definitions", "file_tags", "files_fts", "local_symbols"],
        "v3 text-keyed": [],
        "v3": [],
        "v4": [
            "cache_entries",
            "cache_stats",
            "content_versions",
            "refs_fts",
            "symbol_docs",
            "symbol_locations",
            "symbols_fts",
        ],
        "v5": [],
    }


def test_a_form_is_found_by_its_name():
    assert [form_called(form.name) for form in forms()] == list(forms())


@pytest.mark.parametrize("version", [1, 2, 3, 4])
def test_the_status_of_a_database_without_a_record_says_what_its_tables_tell(found, version):
    states = [entry.state for entry in runner.status(found(f"v{version}"))]

    assert states == (
        ["superseded"] * (version - 1) + ["recognised"] + ["pending"] * (runner.LATEST - version)
    )


@pytest.mark.parametrize(
    ("name", "applied"),
    [
        ("v1", [2, 3, 4, 5]),
        ("v2", [3, 4, 5]),
        ("v3", [4, 5]),
        ("v3_text_keyed", [4, 5]),
        ("v4", [5]),
    ],
)
def test_a_recognised_database_goes_up_from_where_it_is_and_has_a_record_then(found, name, applied):
    connection = found(name)
    before = rows(connection, "notes", "note_stars")

    assert runner.up(connection) == applied
    assert recorded(connection) == applied
    assert form_of(connection) == "v5"
    assert rows(connection, "notes", "note_stars") == before


def test_a_recognised_database_goes_down_from_where_it_is(found):
    connection = found("v4")

    assert runner.down(connection, to=2) == [4, 3]
    assert (recorded(connection), form_of(connection)) == ([2], "v2")


def test_tables_of_another_make_are_never_migrated(found):
    connection = found("foreign")
    before = schema(connection)

    with pytest.raises(MigrationError, match="of another make and has") as refused:
        runner.up(connection)
    assert (
        "imports, refs_by_name, runs, schema_migrations, symbol_docs already" in refused.value.what
    )
    assert schema(connection) == before


def test_a_lineage_begins_beside_tables_that_are_in_nobodys_way(connection):
    connection.execute(legacy.OF_OTHERS.read_text()).fetchall()

    assert runner.up(connection, to=3) == [1, 2, 3]


def test_the_record_of_another_tool_is_not_ours(found):
    connection = found("foreign")

    assert not runner.has_record(connection)
    assert runner.current_version(connection) == 0
