"""A part is one file that holds every table, whole or not at all."""

import hashlib
import os
import stat

import pyarrow as pa
import pytest

from tasks import rows
from tasks.columnar.parts import read_part, read_part_table, write_part
from tasks.columnar.tables import read_table, write_table
from tasks.rows import TABLES


def failures(*rows_of):
    columns = {"ast_id": [row[0] for row in rows_of], "reason": [row[1] for row in rows_of]}
    return pa.RecordBatch.from_pydict(columns, rows.FAILURES)


def imports(ast_id):
    columns = {
        "ast_id": [ast_id],
        "module": ["os"],
        "import_kind": ["import"],
        "origin": ["standard library"],
        "line_number": [1],
        "column_number": [7],
    }
    return pa.RecordBatch.from_pydict(columns, rows.IMPORTS)


BATCHES = (
    {"imports": imports(1), "failures": failures((2, "too slow"))},
    {"failures": failures()},
    {"failures": failures((3, "gone"), (4, "é")), "imports": imports(5)},
)


def test_reading_a_part_gives_the_rows_that_were_written_in_their_order(tmp_path):
    part = write_part(tmp_path / "part.arrow", BATCHES)
    found = {table: rows_of.to_pylist() for table, rows_of in read_part(part)}

    expected = {table: [] for table in TABLES}
    expected["imports"] = imports(1).to_pylist() + imports(5).to_pylist()
    expected["failures"] = failures((2, "too slow"), (3, "gone"), (4, "é")).to_pylist()
    assert list(found.items()) == list(expected.items())


def test_a_part_of_nothing_has_every_table_with_its_columns(tmp_path):
    part = write_part(tmp_path / "part.arrow", [])

    assert {table: rows_of.schema for table, rows_of in read_part(part)} == TABLES


def test_each_table_of_a_part_can_be_read_alone(tmp_path):
    part = write_part(tmp_path / "part.arrow", BATCHES)

    assert {table: read_part_table(part, table) for table in TABLES} == dict(read_part(part))


def test_a_part_counts_its_rows_and_knows_its_digest(tmp_path):
    part = write_part(tmp_path / "part.arrow", BATCHES)

    assert part.path == tmp_path / "part.arrow"
    assert part.sha256 == hashlib.sha256(part.path.read_bytes()).hexdigest()
    assert part.rows == {**dict.fromkeys(TABLES, 0), "imports": 2, "failures": 3}
    assert part.reused == 0


def test_equal_rows_are_equal_parts(tmp_path):
    one, two = (write_part(tmp_path / f"{n}.arrow", BATCHES) for n in range(2))

    assert one.sha256 == two.sha256


@pytest.mark.parametrize("fails_after", [0, 2])
def test_a_part_that_fails_on_the_way_is_not_there(tmp_path, fails_after):
    def batches():
        yield from BATCHES[:fails_after]
        raise OSError("no space left")

    with pytest.raises(OSError, match="no space left"):
        write_part(tmp_path / "part.arrow", batches())

    assert not (tmp_path / "part.arrow").exists()


def test_a_part_written_again_takes_the_place_of_the_one_before(tmp_path):
    write_part(tmp_path / "part.arrow", [])
    part = write_part(tmp_path / "part.arrow", BATCHES)

    assert [path.name for path in tmp_path.iterdir()] == ["part.arrow"]
    assert read_part_table(part, "imports").num_rows == 2


def test_a_table_in_a_file_is_read_as_it_was_written(tmp_path):
    table = pa.table({"path": ["a", None, "é"], "size": [1, 2, 3]})

    assert read_table(write_table(tmp_path / "t.arrow", table)) == table


def test_parts_and_tables_are_their_owners_alone_whatever_the_umask(tmp_path):
    before = os.umask(0)
    try:
        part = write_part(tmp_path / "part.arrow", BATCHES).path
        table = write_table(tmp_path / "table.arrow", pa.table({"x": [1]}))
    finally:
        os.umask(before)

    assert [stat.S_IMODE(path.stat().st_mode) for path in (part, table)] == [0o600, 0o600]
