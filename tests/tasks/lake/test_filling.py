"""Filling a lake: what changes, what stays, what others keep, and what a crash leaves."""

import fcntl
import hashlib
from contextlib import closing

import apsw
import pyarrow.parquet as pq
import pytest

from tasks.errors import PreconditionFailed, StepFailed
from tasks.fill_lake import fill_lake
from tasks.index import Index
from tasks.index.opening import OpenIndex
from tasks.lake import filling
from tasks.lake.catalogue import read_catalogue
from tasks.lake.filling import Changes, drop
from tasks.lake.lake import Lake
from tasks.lake.verifying import problems

ROWS = {"files": 3, "asts": 2, "symbols": 6, "refs": 18}


def files_of(folder):
    """Return the digest of every file of a lake by its path."""
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def answers_of(lake):
    with Lake(lake) as opened:
        return [opened.where(f"n{number}") + opened.uses(f"n{number}") for number in range(5)]


def answers_of_index(database):
    with Index(database) as index:
        return [index.where(f"n{number}") + index.uses(f"n{number}") for number in range(5)]


def test_equal_indexes_are_equal_bytes_whatever_the_lake_held_before(filled, both, tmp_path):
    fill_lake(filled({"left": {"a.x": 1, "b.x": 100}, "right": {}}), tmp_path / "old", "index")
    fill_lake(both, tmp_path / "old", "index")
    fill_lake(both, tmp_path / "new", "index")

    assert files_of(tmp_path / "old") == files_of(tmp_path / "new")


def test_of_an_index_that_is_replaced_meanwhile_all_is_as_it_was(filled, tmp_path, monkeypatch):
    service, before = tmp_path / "index.db", filled({"left": {"a.x": 1}})
    service.symlink_to(before)
    close = OpenIndex.close

    def replaced(opened):
        close(opened)
        service.unlink()
        service.symlink_to(filled({"right": {"b.x": 2}}))

    monkeypatch.setattr(OpenIndex, "close", replaced)
    fill_lake(service, tmp_path / "lake", "index")
    monkeypatch.undo()
    (member,) = read_catalogue(tmp_path / "lake").indexes

    assert member.roots == {"left": "/left"}
    assert answers_of(tmp_path / "lake") == answers_of_index(before)


def test_what_did_not_change_is_not_written_again(filled, tmp_path):
    roots = {"left": {"a.x": 3, "b.x": 3, "c.x": 6}}
    first = fill_lake(filled(roots), tmp_path, "index")
    times = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*.parquet")}
    again = fill_lake(filled(roots), tmp_path, "index")

    assert first == Changes(added=4, kept=0, removed=0, rows=ROWS)
    assert again == Changes(added=0, kept=4, removed=0, rows=ROWS)
    assert {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*.parquet")} == times


def test_a_change_in_one_language_leaves_the_partitions_of_others(filled, tmp_path):
    fill_lake(filled({"left": {"a.x": 1, "b.x": 3}}), tmp_path, "index")
    changes = fill_lake(filled({"left": {"a.x": 1, "b.x": 6}}), tmp_path, "index")

    assert (changes.added, changes.kept, changes.removed) == (4, 4, 4)
    assert problems(tmp_path) == []


def test_rows_of_a_kept_partition_are_not_read(filled, tmp_path):
    database = filled({"left": {"a.x": 1, "b.x": 3}})
    fill_lake(database, tmp_path, "index")
    with closing(apsw.Connection(str(database))) as connection:
        connection.execute("DELETE FROM refs")

    assert fill_lake(database, tmp_path, "index").rows["refs"] == 18


@pytest.mark.parametrize(("table", "kind"), [("symbols", "symbol_type"), ("refs", "ref_type")])
def test_rows_stand_in_the_order_of_their_names_below_their_prefix(both, tmp_path, table, kind):
    fill_lake(both, tmp_path, "index")
    for path in tmp_path.glob(f"{table}/*/*/*"):
        rows = pq.ParquetFile(path).read()
        columns = (rows[name].to_pylist() for name in ("name", kind, "content_hash"))
        listed = list(zip(*columns, strict=True))
        prefix = path.parent.name.removeprefix("prefix=x")

        assert listed == sorted(listed)
        assert {content_hash.hex()[: len(prefix)] for *_, content_hash in listed} == {prefix}
        assert not {"path", "root"} & set(rows.column_names)


def test_an_empty_index_is_a_lake_without_partitions(filled, tmp_path):
    fill_lake(filled({"left": {}}), tmp_path, "index")

    assert read_catalogue(tmp_path).partitions == ()
    with Lake(tmp_path) as lake:
        assert lake.where("n1") == []


def test_two_indexes_share_contents_and_keep_their_files(filled, tmp_path):
    left, right = {"a.x": 1, "b.x": 4, "c.x": 5}, {"a.x": 1, "d.x": 7, "e.x": 9}
    fill_lake(filled({"left": left}), tmp_path / "shared", "one")
    fill_lake(filled({"right": right}), tmp_path / "shared", "two")
    whole = filled({"left": left, "right": right})
    fill_lake(whole, tmp_path / "alone", "one")
    shared, alone = (
        {path: digest for path, digest in files_of(tmp_path / name).items() if "=" in path}
        for name in ("shared", "alone")
    )

    assert shared == alone
    assert answers_of(tmp_path / "shared") == answers_of_index(whole)


def test_what_one_index_gives_up_stays_for_the_other(filled, tmp_path):
    fill_lake(filled({"left": {"a.x": 1, "b.x": 4}}), tmp_path, "one")
    fill_lake(filled({"right": {"a.x": 1}}), tmp_path, "two")
    fill_lake(filled({"left": {"z.x": 3}}), tmp_path, "one")
    both = filled({"left": {"z.x": 3}, "right": {"a.x": 1}})

    assert answers_of(tmp_path) == answers_of_index(both)
    assert sum(each.rows for each in read_catalogue(tmp_path).of_table("asts")) == 2


def test_indexes_of_two_parser_versions_each_have_their_own_rows(filled, tmp_path):
    fill_lake(filled({"left": {"a.x": 3}}), tmp_path, "one")
    newer = filled({"right": {"b.x": 3}})
    with closing(apsw.Connection(str(newer))) as connection:
        connection.execute(
            "UPDATE parser_versions SET fingerprint = zeroblob(32) WHERE language = 'c'"
        )
        connection.execute("DELETE FROM symbols WHERE line_number > 1")
    fill_lake(newer, tmp_path, "two")

    with Lake(tmp_path) as lake:
        assert [(symbol.root, symbol.line) for symbol in lake.where("n0")] == [("left", 2)]
        assert [(symbol.root, symbol.line) for symbol in lake.where("n4")] == [
            ("left", 1),
            ("right", 1),
        ]


def test_a_root_of_another_index_is_refused(filled, tmp_path):
    fill_lake(filled({"left": {"a.x": 1}}), tmp_path, "one")
    before = files_of(tmp_path)

    with pytest.raises(PreconditionFailed, match=r"root left is in the lake .* from the index one"):
        fill_lake(filled({"left": {"a.x": 1}}), tmp_path, "two")
    assert files_of(tmp_path) == before


def test_an_index_of_other_roots_does_not_take_the_place_of_one_by_its_name(filled, tmp_path):
    fill_lake(filled({"left": {"a.x": 1}}), tmp_path, "index")

    with pytest.raises(PreconditionFailed, match="has an index index of other roots: left"):
        fill_lake(filled({"right": {"a.x": 1}}), tmp_path, "index")


def test_an_index_that_is_dropped_leaves_what_others_have_too(filled, tmp_path):
    left, right = {"left": {"a.x": 1, "b.x": 4}}, {"right": {"a.x": 1, "link": 0}}
    fill_lake(filled(left), tmp_path / "lake", "one")
    fill_lake(filled(right), tmp_path / "lake", "two")
    fill_lake(filled(right), tmp_path / "alone", "two")
    drop(tmp_path / "lake", "one")

    assert files_of(tmp_path / "lake") == files_of(tmp_path / "alone")


def test_of_the_last_index_that_is_dropped_nothing_stays(filled, tmp_path):
    index = filled({"left": {"a.x": 1}})
    fill_lake(index, tmp_path, "one")

    assert drop(tmp_path, "one") == Changes(0, 0, removed=4, rows=dict.fromkeys(ROWS, 0))
    assert (read_catalogue(tmp_path).indexes, problems(tmp_path)) == ((), [])
    fill_lake(index, tmp_path, "otherwise")
    assert answers_of(tmp_path) == answers_of_index(index)


def test_an_index_that_is_in_no_lake_cannot_be_dropped(filled, tmp_path):
    fill_lake(filled({"left": {"a.x": 1}}), tmp_path / "lake", "one")

    with pytest.raises(PreconditionFailed, match="has no index two"):
        drop(tmp_path / "lake", "two")
    with pytest.raises(PreconditionFailed, match="there is no lake"):
        drop(tmp_path / "none", "one")
    assert not (tmp_path / "none").exists()


def test_a_crash_before_the_switch_leaves_the_lake_of_before(filled, tmp_path, monkeypatch):
    fill_lake(filled({"left": {"a.x": 1}}), tmp_path, "index")
    before, answered = files_of(tmp_path), answers_of(tmp_path)
    newer = filled({"left": {"a.x": 4, "b.x": 5}})

    def die(*_):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(filling, "write_catalogue", die)
        with pytest.raises(KeyboardInterrupt):
            fill_lake(newer, tmp_path, "index")
    after = files_of(tmp_path)

    assert {path: after.get(path) for path in before} == before
    assert answers_of(tmp_path) == answered
    assert len(problems(tmp_path)) == len(after) - len(before) > 0
    fill_lake(newer, tmp_path, "index")
    assert answers_of(tmp_path) == answers_of_index(newer)
    assert problems(tmp_path) == []


def test_a_crash_after_the_switch_leaves_old_files_to_the_next_export(
    filled, tmp_path, monkeypatch
):
    fill_lake(filled({"left": {"a.x": 1}}), tmp_path, "index")
    newer = filled({"left": {"a.x": 4}})

    def die(*_):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(filling, "sweep", die)
        with pytest.raises(KeyboardInterrupt):
            fill_lake(newer, tmp_path, "index")

    assert answers_of(tmp_path) == answers_of_index(newer)
    assert len(problems(tmp_path)) == 4
    fill_lake(newer, tmp_path, "index")
    assert problems(tmp_path) == []


def test_leftovers_of_a_first_export_that_died_are_no_obstacle(filled, tmp_path):
    lake = tmp_path / "lake"
    index = filled({"left": {"a.x": 1}})
    fill_lake(index, lake, "index")
    (lake / "catalogue.json").unlink()
    fill_lake(filled({"left": {"b.x": 4}}), lake, "index")

    assert problems(lake) == []


def test_what_is_not_of_the_lake_is_never_deleted(filled, tmp_path):
    fill_lake(filled({"left": {"a.x": 1}}), tmp_path / "lake", "index")
    (tmp_path / "elsewhere").mkdir()
    name = f"{'0' * 32}.parquet"
    foreign = [
        tmp_path / "lake/refs/mine.parquet",
        tmp_path / "lake/refs/language=c/notes.txt",
        tmp_path / "elsewhere" / name,
    ]
    for path in foreign:
        path.parent.mkdir(exist_ok=True)
        path.write_text("mine")
    (tmp_path / "lake/refs/language=c").joinpath("prefix=x9").symlink_to(tmp_path / "elsewhere")
    fill_lake(filled({"left": {"a.x": 5}}), tmp_path / "lake", "index")

    assert [path.read_text() for path in foreign] == ["mine"] * 3


def test_a_folder_of_other_things_is_refused(filled, tmp_path):
    (tmp_path / "notes.txt").write_text("mine")

    with pytest.raises(PreconditionFailed, match=r"is no lake, and has notes\.txt in it"):
        fill_lake(filled({"left": {"a.x": 1}}), tmp_path, "index")


def test_two_exports_do_not_work_side_by_side(filled, tmp_path):
    with (tmp_path / ".lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)

        with pytest.raises(PreconditionFailed, match="another export writes the lake"):
            fill_lake(filled({"left": {"a.x": 1}}), tmp_path, "index")


def test_a_folder_that_cannot_be_written_is_told(filled, tmp_path):
    (tmp_path / "file").write_text("")

    with pytest.raises(StepFailed, match=r"cannot be written: (Not a directory|File exists)"):
        fill_lake(filled({"left": {"a.x": 1}}), tmp_path / "file", "index")


def test_a_file_that_is_missing_or_cut_is_written_again(filled, tmp_path):
    index = filled({"left": {"a.x": 1}})
    fill_lake(index, tmp_path, "index")
    whole = files_of(tmp_path)
    next(tmp_path.glob("refs/*/*/*")).unlink()
    next(tmp_path.glob("asts/*/*/*")).write_text("")
    fill_lake(index, tmp_path, "index")

    assert files_of(tmp_path) == whole
