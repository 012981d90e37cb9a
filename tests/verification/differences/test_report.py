"""The two forms of a comparison: JSON that its schema accepts, Markdown for people."""

import json
from contextlib import closing
from pathlib import Path

import apsw
import jsonschema
import pytest

import verification
from migrations import runner
from tests.verification.conftest import DOOR, ROOM
from tests.verification.differences.conftest import sets_of
from tests.verification.differences.test_compare import OTHER, edit
from verification.differences.by_name import MAX_LOST
from verification.differences.compare import compare
from verification.differences.naming import Kind, Side
from verification.differences.report import as_json, as_markdown, since_previous
from verification.run_results import to_json

SCHEMA = json.loads(
    (Path(verification.__file__).parent / "schemas/diff.schema.json").read_text("utf-8")
)


def reported(two, limit=10):
    sides = [Side(path.stem, Kind.DATABASE, path) for path in (two.before, two.after)]
    with sets_of(two.before) as old, sets_of(two.after) as new:
        found = compare(old, new, limit=limit)
    return json.loads(to_json(as_json(*sides, found))), as_markdown(*sides, found)


def test_the_published_schema_is_a_schema():
    jsonschema.Draft202012Validator.check_schema(SCHEMA)


@pytest.mark.parametrize(
    "change",
    [
        [],
        [*edit(DOOR), "UPDATE symbols SET name = 'close' WHERE name = 'open'"],
        [f"UPDATE parser_versions SET fingerprint = x'{OTHER.hex()}' WHERE language = 'c'"],
        ["DELETE FROM refs WHERE name = 'ring'"],
        ["DELETE FROM files WHERE path = 'link'"],
        ["UPDATE files SET path = 'elsewhere' WHERE path = 'room.py'"],
    ],
    ids=["equal", "content", "parser", "unexplained", "never read", "moved file"],
)
def test_the_published_schema_accepts_what_is_told(two, change):
    two.change(*change)
    told, _ = reported(two)

    jsonschema.validate(told, SCHEMA)
    assert told["equal"] is not bool(change)


def test_the_published_schema_refuses_another_cause(two):
    two.change(*edit(DOOR))
    told, _ = reported(two)
    told["files"][0]["cause"] = "a guess"

    with pytest.raises(jsonschema.ValidationError, match="a guess"):
        jsonschema.validate(told, SCHEMA)


def test_rows_beyond_the_limit_are_counted(two):
    two.change(*edit(DOOR), "UPDATE symbols SET name = 'shut' WHERE name IN ('Door', 'open')")
    told, _ = reported(two, limit=1)

    assert [(len(file["rows"]), file["rows_left_out"]) for file in told["files"]] == [(1, 3)]


def test_markdown_tells_groups_and_rows(two):
    two.change(*edit(DOOR), "UPDATE symbols SET name = 'a|b', line_number = 3 WHERE name = 'Door'")
    _, told = reported(two)

    assert "| right | python | content changed | 1 | 1 | 1 | 1 | 0 | 0 | 0 | 0 | 0 |\n" in told
    assert "### right/door.py\n\npython · **content changed**" in told
    assert "| removed | symbols | class | Door |  | 1:6 |  |\n" in told
    assert "| added | symbols | class | a\\|b |  |  | 3:6 |\n" in told


def test_markdown_names_an_unexplained_difference_a_defect(two):
    two.change("DELETE FROM refs WHERE name = 'ring'")

    assert "**1 files differ without a cause**" in reported(two)[1]


def test_markdown_of_equal_indexes_says_so_and_no_more(two):
    assert reported(two)[1].splitlines()[2:] == [
        "From before (database, 6 files) to after (database, 6 files).",
        "",
        "**Equal**: the same files, contents, parser versions, symbols and refs.",
    ]


def test_the_account_since_the_previous_index_names_the_biggest_files_first(two):
    two.change(*edit(ROOM), *edit(DOOR, b"\1" * 32), "UPDATE symbols SET name = name || '2'")
    two.change("UPDATE refs SET line_number = 99 WHERE name = 'key'")
    told = since_previous(two.before, two.after)

    assert [(file["root"], file["path"]) for file in told["biggest"]] == [
        ("right", "door.py"),
        ("left", "room.py"),
        ("right", "lobby/room.py"),
    ]
    assert (told["equal"], told["unexplained"], told["files_with_other_rows"]) == (False, 0, 3)


def test_an_equal_index_before_is_told_in_a_word(two):
    told = since_previous(two.before, two.after)

    assert (told["not_compared"], told["equal"], told["groups"]) == (None, True, [])


def test_without_an_index_before_nothing_is_compared(two):
    assert since_previous(two.folder / "none.db", two.after) == {
        "not_compared": "there is no previous index"
    }


NOT_COMPARED = "the database before has schema v4, which knows no contents to compare"
OLD_ROWS = """
INSERT INTO files VALUES (1, 'src/old.py', 'python', 10, 0.0), (2, 'src/new.py', 'python', 9, 0.0);
INSERT INTO content_versions (content_version_id, file_id, content_hash) VALUES (1, 1, 'ab');
INSERT INTO symbols (file_id, content_version_id, name, symbol_type, line_number)
VALUES (1, 1, 'open_door', 'def', 1), (1, 1, 'lost_one', 'def', 2), (1, 1, 'Lost_one', 'int', 3),
    (2, 1, 'lost_one', 'def', 2);
"""


def old_index(two, rows=OLD_ROWS):
    with closing(apsw.Connection(str(two.folder / "old.db"))) as connection:
        runner.up(connection, to=4)
        connection.execute(rows)
    return two.folder / "old.db"


def test_a_legacy_index_is_compared_by_its_names(two):
    two.change("DELETE FROM symbol_names")
    two.change("INSERT INTO symbol_names VALUES (1, 'open_door', 'open door', 1)")
    two.change("INSERT INTO symbol_names VALUES (2, 'LOST_ONE', 'lost one', 1)")
    with closing(apsw.Connection(str(two.after))) as connection:
        after = {
            what: connection.execute(f"SELECT COUNT(*) FROM {what}").get
            for what in ("files", "symbols", "refs")
        }

    assert since_previous(old_index(two), two.after) == {
        "not_compared": NOT_COMPARED,
        "by_name": {
            "files": {"before": 2, "after": after["files"]},
            "symbols": {"before": 4, "after": after["symbols"]},
            "refs": {"before": 0, "after": after["refs"]},
            "names": {"before": 3, "after": 2},
            "names_found": 1,
            "names_lost": 2,
            "names_new": 1,
            "lost": [
                {"name": "Lost_one", "symbol_type": "int", "path": "src/old.py"},
                {"name": "lost_one", "symbol_type": "def", "path": "src/new.py"},
            ],
        },
    }


def test_of_many_names_that_are_lost_the_first_are_told(two):
    rows = OLD_ROWS + "".join(
        "INSERT INTO symbols (file_id, content_version_id, name, symbol_type, line_number)"
        f" VALUES (1, 1, 'gone_{n:03}', 'def', {n});\n"
        for n in range(1, 2 * MAX_LOST)
    )
    told = since_previous(old_index(two, rows), two.after)["by_name"]

    assert len(told["lost"]) == MAX_LOST < told["names_lost"]
    assert told["lost"][0]["name"] == "Lost_one"


def test_an_index_before_without_names_is_not_compared(two):
    rows = "DROP TABLE symbol_docs; DROP TABLE symbol_kinds; DROP TABLE symbols;"

    assert since_previous(old_index(two, rows), two.after) == {
        "not_compared": NOT_COMPARED,
        "by_name": None,
    }


def test_an_index_before_that_is_damaged_does_not_stop_the_report(two):
    with closing(apsw.Connection(str(two.before))) as connection:
        connection.execute("DROP TABLE files")

    assert since_previous(two.before, two.after) == {
        "not_compared": "the previous index cannot be read"
    }
