"""What counts as a loss against the index before, and what does not."""

import shutil
from contextlib import closing
from dataclasses import replace

import apsw
import pytest

from tests.shapes import shape
from tests.verification.conftest import DOOR, ROOM, digest
from tests.verification.offences import run
from verification.verify import verify

MORE = (
    "INSERT INTO symbols (ast_id, name, symbol_type, line_number, column_number, end_line)"
    " SELECT ast_id, 'more', 'function', 1, value, 1 FROM asts, json_each('[1,2,3]')"
)


def losses(subject):
    findings = verify(subject, frozenset({"loss"})).findings
    (finding,) = [each for each in findings if each.check_id == "V-090"]
    return finding.not_applicable or [tuple(row.values()) for row in finding.evidence]


@pytest.fixture
def richer(good):
    """The good index, where the one before had three functions more in every content."""
    run(good.previous, MORE)
    return good


def file_bound(subject, *rows):
    """Let the index before be file-bound, with rows of (path, content hash, type, name)."""
    previous = shape("file_bound", subject.database.with_name("legacy.db"))
    with closing(apsw.Connection(str(previous))) as connection:
        for number, (path, content_hash, symbol_type, name) in enumerate(rows):
            connection.execute("INSERT INTO files VALUES (?, ?)", (number, path))
            connection.execute("INSERT INTO content_versions VALUES (?, ?)", (number, content_hash))
            connection.execute(
                "INSERT INTO symbols VALUES (NULL, ?1, ?1, ?2, ?3)", (number, name, symbol_type)
            )
    return replace(subject, previous=previous)


def test_an_index_that_knows_as_much_as_before_loses_nothing(good):
    assert losses(good) == []


def test_a_loss_is_told_by_language_with_the_files_that_lost_most(richer):
    assert losses(richer) == [
        ("c", 4, 1, "left/wide.c (-3)"),
        ("python", 13, 4, "left/room.py (-3), right/door.py (-3), right/lobby/room.py (-3)"),
    ]


def test_a_root_that_has_moved_is_known_by_its_name(richer):
    run(richer.previous, "UPDATE roots SET location = '/somewhere/else'")

    assert losses(replace(richer, max_symbol_loss=0.72)) == [("c", 4, 1, "left/wide.c (-3)")]


def test_what_a_broken_root_had_is_told_of_its_place_whatever_it_was_called(good):
    run(
        good.previous,
        f"UPDATE roots SET location = '{good.database.parent}/' || name;"
        "UPDATE roots SET name = 'once' WHERE name = 'right';"
        "UPDATE roots SET name = 'right' WHERE name = 'left'",
    )
    run(good.database, "UPDATE roots SET problem = 'it is not there' WHERE name = 'right'")
    findings = verify(good, frozenset({"loss"})).findings
    (finding,) = [each for each in findings if each.check_id == "V-091"]

    assert [tuple(row.values()) for row in finding.evidence] == [("right", "it is not there", 4, 3)]


def test_a_loss_within_the_limit_is_none(richer):
    assert losses(replace(richer, max_symbol_loss=0.72)) == [("c", 4, 1, "left/wide.c (-3)")]
    assert losses(replace(richer, max_symbol_loss=1.0)) == []


def test_a_file_that_is_gone_loses_nothing(richer):
    run(richer.database, "DELETE FROM files WHERE path LIKE '%room.py'")

    assert losses(richer) == [
        ("c", 4, 1, "left/wide.c (-3)"),
        ("python", 5, 2, "right/door.py (-3)"),
    ]


def test_a_file_that_was_edited_loses_nothing(richer):
    run(richer.database, "UPDATE files SET content_hash = randomblob(32) WHERE path <> 'wide.c'")

    assert losses(richer) == [("c", 4, 1, "left/wide.c (-3)")]


def test_a_file_that_is_still_there_and_no_longer_indexed_loses_all_it_had(good):
    run(
        good.database,
        "UPDATE files SET outcome = 'skipped', reason = 'larger than max_file_bytes',"
        " content_hash = NULL WHERE path = 'wide.c'",
    )

    assert losses(good) == [("c", 1, 0, "left/wide.c (-1)")]


def test_without_an_index_before_there_is_nothing_to_lose(good):
    gone = good.previous.with_name("none.db")

    assert losses(replace(good, previous=None)) == "there was no index before"
    assert losses(replace(good, previous=gone)) == "there was no index before"


def test_rows_that_a_legacy_index_repeats_count_once(good):
    right = ("room.py", digest(ROOM).hex(), "function", "room")

    assert losses(file_bound(good, right, right, right)) == []


def test_a_legacy_name_of_the_same_content_that_is_not_found_again_is_lost(good):
    room = ("room.py", digest(ROOM).hex().upper(), "function")

    assert losses(file_bound(good, (*room, "room"), (*room, "hall"))) == [
        ("python", 2, 1, "left/room.py (-1)")
    ]


def test_a_legacy_file_is_found_by_its_path_on_the_host_too(good):
    place = str(good.database.parent / "right" / "door.py")
    door = (place, digest(DOOR).hex(), "method")

    assert losses(file_bound(good, (*door, "open"), (*door, "close"))) == [
        ("python", 2, 1, "right/door.py (-1)")
    ]


@pytest.mark.parametrize(
    "row",
    [
        ("room.py", "00" * 32, "function", "of another content"),
        ("gone.py", digest(ROOM).hex(), "function", "of a file that is gone"),
    ],
)
def test_what_cannot_be_compared_with_a_legacy_index_is_not_lost(good, row):
    assert (
        losses(file_bound(good, row, (*row[:3], "again")))
        == "the index before has no symbols in files that are still the same"
    )


def test_types_that_only_the_legacy_index_tells_apart_are_not_lost(good):
    room = ("room.py", digest(ROOM).hex())
    rows = [(*room, "function", "room"), (*room, "parameter", "x"), (*room, "parameter", "y")]

    assert losses(file_bound(good, *rows)) == []


def test_a_legacy_hash_of_another_length_does_not_tell_the_content(good):
    room = ("room.py", "ab" * 16, "function")

    assert losses(file_bound(good, (*room, "room"), (*room, "hall"))) == [
        ("python", 2, 1, "left/room.py (-1)")
    ]


def test_a_legacy_index_that_keeps_paths_in_its_rows_is_compared(good):
    previous = good.database.with_name("legacy.db")
    run(
        previous,
        "CREATE TABLE symbols (name, kind, file_path);"
        "INSERT INTO symbols SELECT value, 'function', 'room.py'"
        """ FROM json_each('["room", "hall"]')""",
    )

    assert losses(replace(good, previous=previous)) == [("python", 2, 1, "left/room.py (-1)")]


def test_a_legacy_index_that_does_not_tell_files_is_not_compared(good):
    previous = good.database.with_name("legacy.db")
    run(previous, "CREATE TABLE symbols (name, kind); INSERT INTO symbols VALUES ('f', 'function')")

    assert (
        losses(replace(good, previous=previous))
        == "the index before has no symbols in files that are still the same"
    )


def test_a_legacy_index_that_only_its_own_application_can_read_is_not_compared(good):
    previous = good.database.with_name("legacy.db")
    run(
        previous,
        "CREATE TABLE rows (name, kind, file_path);"
        "CREATE VIEW symbols AS SELECT app_name(name) AS name, kind, file_path FROM rows",
    )

    assert (
        losses(replace(good, previous=previous))
        == "the index before cannot be asked: no such function: app_name"
    )


def test_a_legacy_path_in_another_encoding_does_not_break_the_comparison(good):
    previous = good.database.with_name("legacy.db")
    run(
        previous,
        "CREATE TABLE symbols (name, kind, file_path);"
        "INSERT INTO symbols VALUES ('f', 'function', CAST(x'ff2e7079' AS TEXT)),"
        " ('room', 'function', 'room.py')",
    )

    assert losses(replace(good, previous=previous)) == []


def test_the_index_before_stays_as_it_was(richer):
    before = richer.previous.read_bytes()
    copy = richer.previous.with_name("copy.db")
    shutil.copyfile(richer.previous, copy)
    losses(richer)

    assert richer.previous.read_bytes() == before
