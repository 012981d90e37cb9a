"""How the files of a lake lie: what a reader that asks for one name is spared."""

import duckdb
import pyarrow.parquet as pq
import pytest

from tasks.fill_lake import fill_lake
from tests.tasks.lake.conftest import add
from tests.tasks.store.conftest import new_index

LINES = 6000  # of one content: a symbol each, and three refs


@pytest.fixture(scope="module")
def lake(tmp_path_factory):
    folder = tmp_path_factory.mktemp("lake")
    database = add(new_index(folder / "index.db"), {"left": {"a.x": 1}}, {1: LINES})
    fill_lake(database, folder / "lake", "index")
    return folder / "lake"


def file_of(lake, table):
    (path,) = (lake / table).rglob("*.parquet")
    return path


def groups_of(lake, table):
    """Return rows, first and last name, and whether there is a Bloom filter, by row group."""
    metadata = pq.read_metadata(file_of(lake, table))
    groups = [metadata.row_group(number) for number in range(metadata.num_row_groups)]
    names = [group.column(metadata.schema.names.index("name")) for group in groups]
    return [
        (each.num_values, each.statistics.min, each.statistics.max, bool(each.bloom_filter_length))
        for each in names
    ]


def test_row_groups_have_16384_rows_in_order_of_names_with_statistics_and_bloom_filters(lake):
    assert groups_of(lake, "symbols") == [(LINES, "n0", "n4", True)]
    assert groups_of(lake, "refs") == [(16_384, "n0", "n4", True), (1616, "n4", "n4", True)]


def test_bloom_filters_spare_a_reader_what_has_no_such_name(lake):
    query = "SELECT bloom_filter_excludes FROM parquet_bloom_probe(?, 'name', ?) ORDER BY ALL"
    refs = str(file_of(lake, "refs"))
    with duckdb.connect() as database:
        excluded = {
            name: [found for (found,) in database.execute(query, [refs, name]).fetchall()]
            for name in ("n0", "n4", "n22")  # the last is within the statistics of the first group
        }

    assert excluded == {"n0": [False, True], "n4": [False, False], "n22": [True, True]}
