"""What differs between two indexes, and why; from databases and from Parquet alike."""

import shutil

from tasks.syntax.languages import languages
from tests.verification.conftest import DOOR, KNOCK, ROOM, digest
from verification.differences.model import (
    Cause,
    Counts,
    FileDifference,
    FileState,
    Group,
    ParserDifference,
    Place,
    RowDifference,
)

NONE = Counts()
OTHER = digest(b"other")
PYTHON, C = (languages()[name].fingerprint for name in ("python", "c"))
C_VERSION = "(SELECT parser_version_id FROM parser_versions WHERE language = 'c')"
BROKEN = "syntax errors in 21.2 % of bytes"


def edit(content, other=OTHER):
    """Statements that give one content, and so its files, another hash."""
    old, new = (f"x'{value.hex()}'" for value in (digest(content), other))
    return [
        f"UPDATE {table} SET content_hash = {new} WHERE content_hash = {old}"
        for table in ("files", "asts")
    ]


def causes(found):
    return [(file.root, file.path, file.cause) for file in found.files]


def test_an_index_equals_itself(two):
    found = two.compared()

    assert found.is_equal
    assert (found.files_before, found.files_after) == (6, 6)
    assert (found.parsers, found.groups, found.files) == ((), (), ())


def test_rows_of_another_content_are_told_one_by_one_with_that_cause(two):
    two.change(
        *edit(DOOR),
        "UPDATE symbols SET line_number = 2, column_number = 9 WHERE name = 'Door'",
        "UPDATE symbols SET name = 'close' WHERE name = 'open'",
        "DELETE FROM refs WHERE name = 'key'",
    )
    found = two.compared()

    assert found.files == (
        FileDifference(
            root="right",
            path="door.py",
            language="python",
            cause=Cause.CONTENT_CHANGED,
            before=FileState(digest(DOOR), PYTHON, "partial", BROKEN),
            after=FileState(OTHER, PYTHON, "partial", BROKEN),
            symbols=Counts(added=1, removed=1, moved=1),
            refs=Counts(removed=1),
            rows=(
                RowDifference("symbols", "open", "method", "Door", Place(2, 8), None, False),
                RowDifference("symbols", "close", "method", "Door", None, Place(2, 8), False),
                RowDifference("symbols", "Door", "class", "", Place(1, 6), Place(2, 9), False),
                RowDifference("refs", "key", "identifier", "Door.open", Place(3, 15), None, False),
            ),
        ),
    )


def test_a_content_that_two_roots_share_differs_in_both(two):
    two.change(*edit(ROOM), "UPDATE symbols SET name = 'hall' WHERE name = 'room'")
    found = two.compared(limit=0)

    assert [(group.root, group.cause, group.files, group.symbols) for group in found.groups] == [
        ("left", Cause.CONTENT_CHANGED, 1, Counts(added=1, removed=1)),
        ("right", Cause.CONTENT_CHANGED, 1, Counts(added=1, removed=1)),
    ]
    assert [len(file.rows) for file in found.files] == [0, 0]


def test_another_definition_at_the_same_place_is_changed(two):
    two.change(*edit(KNOCK), "UPDATE symbols SET definition_hash = x'01' WHERE name = 'knock'")
    (file,) = two.compared().files

    assert (file.symbols, file.refs) == (Counts(changed=1), NONE)
    assert [(row.name, row.kind) for row in file.rows] == [("knock", "changed")]


def test_files_added_and_removed_bring_and_take_all_their_rows(two):
    two.change("UPDATE files SET path = 'hall.py' WHERE path = 'lobby/room.py'")
    found = two.compared()

    assert [(file.path, file.cause, file.symbols, file.refs) for file in found.files] == [
        ("hall.py", Cause.FILE_ADDED, Counts(added=1), Counts(added=3)),
        ("lobby/room.py", Cause.FILE_REMOVED, Counts(removed=1), Counts(removed=3)),
    ]


def test_another_parser_version_on_the_same_content_is_a_cause_of_its_own(two):
    two.change(
        f"UPDATE parser_versions SET fingerprint = x'{OTHER.hex()}' WHERE language = 'python'",
        "UPDATE symbols SET symbol_type = 'coroutine' WHERE name = 'room'",
    )
    found = two.compared()

    assert found.parsers == (ParserDifference("python", PYTHON, OTHER),)
    assert found.groups == (
        Group("left", "python", Cause.PARSER_CHANGED, 1, 1, Counts(added=1, removed=1), NONE),
        Group("right", "python", Cause.PARSER_CHANGED, 2, 1, Counts(added=1, removed=1), NONE),
    )
    assert [file.path for file in found.files] == ["room.py", "lobby/room.py"]


def test_a_file_that_only_one_side_could_parse_has_another_outcome(two):
    two.change(
        "UPDATE files SET outcome = 'failed', reason = 'timeout' WHERE path = 'wide.c'",
        "DELETE FROM symbols WHERE name = 'knock'",
        "DELETE FROM refs WHERE name = 'ring'",
        f"DELETE FROM asts WHERE parser_version_id = {C_VERSION}",
    )
    (file,) = two.compared().files

    assert (file.cause, file.symbols, file.refs) == (
        Cause.OUTCOME_CHANGED,
        Counts(removed=1),
        Counts(removed=1),
    )
    assert file.after == FileState(digest(KNOCK), None, "failed", "timeout")


def test_a_content_without_a_language_differs_without_rows(two):
    two.change(f"UPDATE files SET content_hash = x'{OTHER.hex()}' WHERE path = 'logo.png'")
    found = two.compared()

    assert found.groups == (Group("right", None, Cause.CONTENT_CHANGED, 1, 0, NONE, NONE),)
    assert not found.is_equal


def test_other_rows_of_the_same_content_and_parser_version_are_unexplained(two):
    two.change("DELETE FROM refs WHERE name = 'ring'")
    found = two.compared()

    assert causes(found) == [("left", "wide.c", Cause.UNEXPLAINED)]
    assert (found.unexplained, found.files[0].refs) == (1, Counts(removed=1))


def test_as_many_other_rows_are_found_where_every_file_is_looked_at(two):
    two.change("UPDATE refs SET name = 'bell' WHERE name = 'ring'")

    assert two.compared().is_equal
    assert causes(two.compared(every_file=True)) == [("left", "wide.c", Cause.UNEXPLAINED)]


def test_every_file_of_equal_indexes_is_equal(two):
    assert two.compared(every_file=True).is_equal


def test_a_file_in_another_language_loses_the_rows_of_one_and_gains_those_of_the_other(two):
    two.change(
        "UPDATE files SET language = 'c' WHERE path = 'lobby/room.py'",
        f"INSERT INTO asts VALUES (4, x'{digest(ROOM).hex()}', {C_VERSION}, {len(ROOM)}, 7, 0,"
        " 'utf-8', x'00')",
        "INSERT INTO symbols (ast_id, name, symbol_type, line_number, column_number, end_line)"
        " VALUES (4, 'room', 'function', 5, 4, 7)",
    )
    found = two.compared()

    assert [(file.language, file.cause, file.symbols, file.refs) for file in found.files] == [
        ("c", Cause.PARSER_CHANGED, Counts(added=1), NONE),
        ("python", Cause.PARSER_CHANGED, Counts(removed=1), Counts(removed=3)),
    ]
    assert found.parsers == ()


def test_only_the_root_and_the_language_asked_for_are_compared(two):
    two.change(*edit(ROOM), *edit(KNOCK, digest(b"another")))

    assert causes(two.compared(root="left", language="python")) == [
        ("left", "room.py", Cause.CONTENT_CHANGED)
    ]
    assert two.compared(root="right", language="c").is_equal


def test_many_slices_say_the_same_as_one(two, monkeypatch):
    two.change(*edit(ROOM), *edit(DOOR, digest(b"third")), "UPDATE refs SET line_number = 9")
    whole = two.compared()
    monkeypatch.setattr("verification.differences.compare._SLICE_BYTES", 1)

    assert two.compared() == whole


def test_a_database_in_a_folder_with_a_name_of_any_kind_is_read(two):
    folder = two.folder / "a?b #c %41"
    folder.mkdir()
    shutil.copy(two.after, folder / "after.db")
    moved = type(two)(two.folder, two.before, folder / "after.db")

    assert moved.compared().is_equal
