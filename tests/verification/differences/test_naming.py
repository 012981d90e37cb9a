"""What a name stands for, and what is refused by name."""

import shutil
from contextlib import closing

import apsw
import pyarrow.parquet as pq
import pytest

from migrations import runner
from tests.verification.differences.conftest import compared, sets_of
from verification.differences.model import NotComparable
from verification.differences.naming import Kind, find_side


def test_a_file_is_a_database(two):
    assert find_side(str(two.before), two.folder).kind is Kind.DATABASE


def test_a_folder_of_parquet_files_is_that(good):
    assert find_side(str(good.exports), good.exports).kind is Kind.PARQUET


def test_a_run_is_found_by_its_folder_and_by_its_id(good, tmp_path):
    run = tmp_path / "runs" / "20260101T000000"
    shutil.copytree(good.exports, run / "parquet")

    assert find_side(str(run), tmp_path / "none").location == run / "parquet"
    assert find_side(run.name, run).kind is Kind.RUN


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("gone", "gone is no database, no folder of Parquet files and no run; the runs in {} end"),
        ("half", "run half did not get as far as its export; the runs in {} end"),
    ],
)
def test_what_cannot_be_compared_is_refused_with_the_newest_runs_that_can(
    good, tmp_path, name, said
):
    runs = tmp_path / "runs"
    shutil.copytree(good.exports, runs / "whole" / "parquet")
    (runs / "half").mkdir()
    with pytest.raises(NotComparable) as refused:
        find_side(name, runs / name)

    assert refused.value.what == f"{said.format(runs)} with whole"


def test_a_file_that_is_no_database_is_refused(tmp_path):
    (tmp_path / "text").write_text("text" * 1000)

    with (
        pytest.raises(NotComparable, match="cannot be read as a database"),
        sets_of(tmp_path / "text"),
    ):
        pass


@pytest.mark.parametrize(("version", "why"), [(4, "has schema v4, not v5"), (0, "is not a flag")])
def test_an_index_of_another_schema_is_refused(tmp_path, version, why):
    with closing(apsw.Connection(str(tmp_path / "old.db"))) as connection:
        connection.execute("CREATE TABLE notes (text)")
        runner.up(connection, to=version)

    with pytest.raises(NotComparable, match=why), sets_of(tmp_path / "old.db"):
        pass


@pytest.mark.parametrize("name", ["asts", "symbols", "refs"])
def test_a_folder_that_lacks_a_file_or_a_column_is_refused(good, name):
    file = good.exports / f"{name}.parquet"
    pq.write_table(pq.read_table(file).drop_columns(["language"]).drop_columns(
        ["content_hash"] if name == "asts" else ["name"]), file)  # fmt: skip
    with pytest.raises(NotComparable, match="holds no symbol sets of an index"):
        compared(good.exports, good.exports, limit=0)
    file.unlink()

    with pytest.raises(NotComparable, match="holds no symbol sets of an index"):
        compared(good.exports, good.exports, limit=0)


def test_rows_of_a_file_that_is_not_listed_are_refused(good):
    file = good.exports / "files.parquet"
    pq.write_table(pq.read_table(file).slice(1), file)

    with pytest.raises(NotComparable, match=r"files that files\.parquet does not list"):
        compared(good.exports, good.exports, limit=0)
