"""Symbol sets: files that depend on their rows alone, and the golden join against a naive one."""

import hashlib

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.columnar import parquet
from tasks.columnar.parquet import GoldenJoin, ParquetFile

SCHEMA = pa.schema([("path", pa.string()), ("line", pa.int32())])


def table_of(count):
    """Make rows that repeat, that are null here and there, and whose lengths differ."""
    lines = range(count)
    paths = [None if n % 97 == 0 else f"{n % 1013}" * (n % 5) for n in lines]
    return pa.table({"path": paths, "line": pa.array(lines, pa.int32())}, SCHEMA)


def written(path, tables, schema=SCHEMA):
    with ParquetFile(path, schema) as file:
        for table in tables:
            file.write(table)
    return file.rows


def pieces(table, sizes):
    start = 0
    for size in sizes:
        yield table.slice(start, size)
        start += size
    yield table.slice(start)


@pytest.mark.parametrize("sizes", [[], [1], [3, 0, 7, 1], [10, 10], [9, 2, 20], [25]])
def test_a_file_has_row_groups_of_one_size_however_its_rows_arrive(tmp_path, monkeypatch, sizes):
    monkeypatch.setattr(parquet, "_ROW_GROUP", 10)
    count = written(tmp_path / "a.parquet", pieces(table_of(25), sizes))
    file = pq.ParquetFile(tmp_path / "a.parquet")

    groups = [file.metadata.row_group(n).num_rows for n in range(file.num_row_groups)]
    assert (count, groups) == (25, [10, 10, 5])
    assert file.read() == table_of(25)


def test_equal_rows_are_equal_bytes_however_they_arrive(tmp_path):
    table = table_of((1 << 20) + 5000)
    arrivals = ([], [1, 1000, 65_536, 333_333], [1 << 20], [(1 << 20) + 1])
    digests = set()
    for number, sizes in enumerate(arrivals):
        path = tmp_path / f"{number}.parquet"
        written(path, pieces(table, sizes))
        digests.add(hashlib.sha256(path.read_bytes()).hexdigest())

    assert len(digests) == 1


def test_columns_come_in_the_order_and_types_of_the_schema(tmp_path):
    rows = pa.table({"line": pa.array([1], pa.int64()), "more": ["x"], "path": ["a"]})
    written(tmp_path / "a.parquet", [rows])

    assert pq.read_table(tmp_path / "a.parquet") == pa.table({"path": ["a"], "line": [1]}, SCHEMA)


def test_no_rows_are_a_file_with_the_schema(tmp_path):
    assert written(tmp_path / "a.parquet", []) == 0
    assert pq.read_schema(tmp_path / "a.parquet") == SCHEMA


FILES = st.lists(
    st.tuples(
        st.integers(0, 5),
        st.sampled_from(["left", "right"]),
        st.text("abé", min_size=1, max_size=3),
    ),
    unique_by=lambda file: file[1:],
)
ROWS = st.lists(st.tuples(st.integers(1, 6), st.sampled_from("xyz")))


def files_table(files):
    columns = list(zip(*files, strict=True)) or [(), (), ()]
    return pa.table(
        {
            "ast_id": pa.array(columns[0], pa.int64()),
            "root": pa.array(columns[1], pa.string()),
            "path": pa.array(columns[2], pa.string()),
            "language": pa.array(["python"] * len(files), pa.string()),
            "content_hash": pa.array([bytes([ast_id]) for ast_id in columns[0]], pa.binary()),
            "outcome": pa.array(["indexed"] * len(files), pa.string()),
        }
    )


def rows_table(rows):
    columns = list(zip(*rows, strict=True)) or [(), ()]
    return pa.table(
        {"ast_id": pa.array(columns[0], pa.int64()), "name": pa.array(columns[1], pa.string())}
    )


@pytest.mark.parametrize("max_runs", [0, 1024])
@given(FILES, ROWS.map(lambda rows: sorted(rows, key=lambda row: row[0])))
def test_the_join_is_every_file_of_an_ast_with_every_row_of_it(max_runs, files, rows):
    expected = [
        {
            "name": name,
            "root": root,
            "path": path,
            "language": "python",
            "content_hash": bytes([ast_id]),
        }
        for ast_id, root, path in sorted(files)
        for row_id, name in rows
        if row_id == ast_id
    ]

    with pytest.MonkeyPatch.context() as bounds:
        bounds.setattr("tasks.columnar.parquet._MAX_RUNS", max_runs)
        joined = GoldenJoin(files_table(files)).join(rows_table(rows))

    assert joined.to_pylist() == expected
