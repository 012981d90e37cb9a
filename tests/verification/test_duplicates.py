"""How much content is shared within and across roots, as the report has it."""

from tests.verification.conftest import DOOR, KNOCK, LOGO, ROOM
from tests.verification.offences import run
from verification.report import summary

COLUMNS = (
    "root",
    "files",
    "contents",
    "bytes",
    "content_bytes",
    "contents_in_other_roots",
    "bytes_in_other_roots",
    "bytes_to_parse",
    "bytes_parsed",
)
ROOM_BYTES, DOOR_BYTES, KNOCK_BYTES, LOGO_BYTES = map(len, (ROOM, DOOR, KNOCK, LOGO))
LEFT = ROOM_BYTES + KNOCK_BYTES
RIGHT = ROOM_BYTES + DOOR_BYTES + LOGO_BYTES
PARSED = ROOM_BYTES + DOOR_BYTES + KNOCK_BYTES


def sharing(subject):
    return [tuple(row[name] for name in COLUMNS) for row in summary(subject.database)["sharing"]]


def test_a_content_in_two_roots_is_counted_in_both_and_once_in_all(good):
    assert sharing(good) == [
        ("left", 2, 2, LEFT, LEFT, 1, ROOM_BYTES, LEFT, LEFT),
        ("right", 3, 3, RIGHT, RIGHT, 1, ROOM_BYTES, RIGHT - LOGO_BYTES, RIGHT - LOGO_BYTES),
        (None, 5, 4, LEFT + RIGHT, LEFT + RIGHT - ROOM_BYTES, 1, ROOM_BYTES, PARSED + ROOM_BYTES,
         PARSED),
    ]  # fmt: skip


def test_a_copy_within_a_root_is_spared_there(good):
    run(
        good.database,
        "INSERT INTO files (root_id, path, content_hash, size_bytes, language, outcome, mtime_ns)"
        " SELECT 1, 'copy.c', content_hash, size_bytes, language, outcome, 0 FROM files"
        " WHERE path = 'wide.c'",
    )
    (left, *_) = sharing(good)

    assert left == ("left", 3, 2, LEFT + KNOCK_BYTES, LEFT, 1, ROOM_BYTES, LEFT + KNOCK_BYTES, LEFT)


def test_a_content_in_two_languages_is_parsed_twice_and_kept_once(good):
    run(
        good.database,
        "UPDATE files SET language = 'c' WHERE path = 'lobby/room.py';"
        " INSERT INTO asts SELECT 4, content_hash, (SELECT parser_version_id FROM parser_versions"
        " WHERE language = 'c'), size_bytes, line_count, 0, encoding, facts FROM asts WHERE"
        " content_hash = (SELECT content_hash FROM files WHERE path = 'lobby/room.py')",
    )
    (*_, whole) = sharing(good)

    assert whole[-2:] == (PARSED + ROOM_BYTES, PARSED + ROOM_BYTES)
    assert whole[2] == 4


def test_an_index_without_files_shares_nothing(good):
    run(good.database, "DELETE FROM files")

    assert sharing(good) == []
