"""What of a legacy database goes by its name alone, and why."""

import apsw
import pytest

from migrations import runner
from migrations.catalogue import migrations
from migrations.recognition import objects
from tasks.recognise import recognise
from tasks.take_inventory import described, superseded
from tests import legacy

OWN = "schema v5 has one of this name"
RECORDS = ("audit_log", "runs", "run_steps", "schema_migrations")


@pytest.fixture
def of_v5():
    """Map every name in the schema of v5 to the reason why such a thing goes."""
    connection = apsw.Connection(":memory:")
    runner.apply_alone(connection, migrations()[-1])
    yield dict.fromkeys(sorted(objects(connection)), OWN)
    connection.close()


GONE = {
    "v1": ["cache_metadata", "file_metadata", "header_tracker", "parse_errors", "symbols_fts"],
    "v2": ["definitions", "file_tags", "files_fts", "local_symbols"],
    "v3": [],
    "v3_text_keyed": [],
    "v4": ["content_versions", "refs_fts", "symbol_docs", "symbol_locations", "symbols_fts"],
    "foreign": [],
}
CARRIED = dict.fromkeys(
    ["cache_entries", "cache_stats"], "schema v4 had it; its rows go to the companion"
)


@pytest.mark.parametrize(("name", "gone"), GONE.items())
def test_without_a_record_all_names_of_v5_go_and_what_the_form_had_besides(
    tmp_path, of_v5, name, gone
):
    service = recognise(legacy.found(name, tmp_path / "index.db"))
    why = f"schema {service.form} had it; v5 does not"

    carried = CARRIED if name == "v4" else {}

    assert superseded(service) == of_v5 | dict.fromkeys(gone, why) | carried


@pytest.mark.parametrize("version", [1, 2, 3, 4])
def test_with_a_record_our_books_stay(tmp_path, of_v5, version):
    service = recognise(legacy.recorded(f"v{version}", tmp_path / "index.db"))
    names = superseded(service)
    gone = dict.fromkeys(GONE[f"v{version}"], f"schema v{version} had it; v5 does not")
    gone |= CARRIED if version == 4 else {}

    assert names == {name: why for name, why in (of_v5 | gone).items() if name not in RECORDS}


def test_what_a_database_was_is_said_in_words(tmp_path):
    assert [
        described(recognise(path))
        for path in (
            legacy.found("v3_text_keyed", tmp_path / "text_keyed.db"),
            legacy.recorded("v4", tmp_path / "v4.db"),
            legacy.found("foreign", tmp_path / "foreign.db"),
            tmp_path / "none.db",
        )
    ] == [
        "v3 text-keyed, a version of our lineage without a record",
        "v4, a version of our lineage, on record",
        "a schema of another make",
        "no database",
    ]
