import apsw
import pytest

from tasks.errors import StepFailed
from tasks.store.dropping import Order, drop_all
from tests.shapes import shape


@pytest.fixture
def damaged(tmp_path):
    connection = apsw.Connection(str(shape("damaged_search", tmp_path / "index.db")))
    yield connection
    connection.close()


def test_a_virtual_table_that_cannot_be_opened_goes_with_its_shadow_tables_alone(damaged):
    torn = drop_all(damaged, [Order("symbols_fts", 'DROP TABLE "symbols_fts"')])
    left = damaged.execute("SELECT name FROM sqlite_schema WHERE name LIKE 'symbols_fts%'")

    assert torn == ("symbols_fts",)
    assert {name for (name,) in left} == {
        "symbols_fts4",
        "symbols_fts4_content",
        "symbols_fts4_docsize",
        "symbols_fts4_segments",
        "symbols_fts4_stat",
    }


def test_what_goes_with_its_table_is_not_dropped_by_itself(damaged):
    drop_all(damaged, [Order("notes", None)])

    assert damaged.table_exists("main", "notes")


def test_a_table_that_cannot_be_dropped_stops_the_step_by_name(damaged):
    with pytest.raises(StepFailed, match="DROP TABLE gone failed: no such table: gone"):
        drop_all(damaged, [Order("gone", "DROP TABLE gone")])
