"""A damaged lake: nothing of a damaged file is copied, and every export goes on without it."""

import pytest

from tasks.errors import StepFailed
from tasks.fill_lake import fill_lake
from tasks.lake.verifying import problems
from tests.tasks.lake.test_filling import answers_of, answers_of_index, files_of

ONE, TWO = {"one": {"a.x": 1}}, {"two": {"b.x": 7}}  # contents in one language
LACKING = ["the index two lacks rows, lost with a file"]


@pytest.fixture
def lake(filled, tmp_path):
    """A lake of two indexes, whose rows stand in the same partitions."""
    fill_lake(filled(ONE), tmp_path / "lake", "one")
    fill_lake(filled(TWO), tmp_path / "lake", "two")
    return tmp_path / "lake"


def flip(path):
    written = bytearray(path.read_bytes())
    written[len(written) // 2] ^= 1
    path.write_bytes(written)


def cut(path):
    path.write_bytes(b"")


def delete(path):
    path.unlink()


@pytest.mark.parametrize("damage", [flip, cut, delete])
@pytest.mark.parametrize("table", ["files", "asts", "symbols", "refs"])
def test_an_export_goes_on_without_what_is_damaged_and_tells_what_is_lacking(
    lake, filled, table, damage
):
    damage(next(lake.glob(f"{table}/*/*/*")))
    changed = {"one": {"a.x": 1, "c.x": 4}}
    changes = fill_lake(filled(changed), lake, "one")

    assert (changes.lacking, problems(lake)) == (("two",), LACKING)
    assert answers_of(lake) == answers_of_index(filled(changed))
    assert fill_lake(filled(TWO), lake, "two").lacking == ()
    assert problems(lake) == []
    assert answers_of(lake) == answers_of_index(filled(changed | TWO))


def test_once_all_indexes_are_exported_again_every_byte_is_as_before(lake, filled):
    before = files_of(lake)
    for path in lake.glob("*/*/*/*"):
        path.unlink()
    fill_lake(filled(TWO), lake, "two")
    fill_lake(filled(ONE), lake, "one")

    assert files_of(lake) == before


def test_an_index_is_lacking_until_it_is_exported_itself(lake, filled):
    next(lake.glob("files/*/*/*")).unlink()
    for _ in range(2):
        assert fill_lake(filled(ONE), lake, "one").lacking == ("two",)


def test_an_index_that_lost_nothing_is_not_lacking(lake, filled):
    elsewhere = {"one": {"a.x": 1, "d.x": 3}}  # another language
    fill_lake(filled(elsewhere), lake, "one")
    next(lake.glob("symbols/language=c/*/*")).unlink()
    changes = fill_lake(filled(elsewhere), lake, "one")

    assert (changes.lacking, problems(lake)) == ((), [])


def test_a_file_that_cannot_be_read_is_not_taken_for_damaged(lake, filled):
    path = next(lake.glob("files/*/*/*"))
    path.unlink()
    path.mkdir()
    before = files_of(lake)

    with pytest.raises(StepFailed, match=r"\.parquet of the lake cannot be read: Is a directory"):
        fill_lake(filled(ONE), lake, "one")
    assert files_of(lake) == before
