import json
from importlib.metadata import version
from pathlib import Path

from hypothesis import given, settings

from tasks.index.formats.ctags_json import tags_as_json
from tests.tasks.index.formats.answers import NASTY, file, files, symbol

HERE = Path("/work/left")
PREFIXES = {"left": "", "right": "/far/"}


def written(*found):
    return [json.loads(line) for line in tags_as_json(found, PREFIXES, HERE)]


def test_pseudo_tags_come_first():
    assert [(tag["_type"], tag["name"], tag["path"]) for tag in written()] == [
        ("ptag", "JSON_OUTPUT_VERSION", "1.0"),
        ("ptag", "TAG_FILE_ENCODING", "utf-8"),
        ("ptag", "TAG_FILE_SORTED", "0"),
        ("ptag", "TAG_PROC_CWD", "/work/left/"),
        ("ptag", "TAG_PROGRAM_NAME", "flagday"),
        ("ptag", "TAG_PROGRAM_VERSION", version("flagday")),
    ]


def test_a_line_is_a_tag_with_the_keys_of_ctags():
    door = symbol("Door", "class", 1, end_line=3)
    knock = symbol(NASTY, "method", 2, end_line=3, scope="Door", signature="knock(self)")

    assert written(file(door, knock, root="right"))[-2:] == [
        {
            "_type": "tag",
            "name": "Door",
            "path": "/far/a.py",
            "language": "Python",
            "line": 1,
            "kind": "class",
            "end": 3,
        },
        {
            "_type": "tag",
            "name": NASTY,
            "path": "/far/a.py",
            "language": "Python",
            "line": 2,
            "kind": "method",
            "signature": "knock(self)",
            "scope": "Door",
            "scopeKind": "class",
            "end": 3,
        },
    ]


@settings(deadline=None)
@given(files)
def test_every_definition_has_its_line_in_order(found):
    read = [(tag["name"], tag["path"], tag["line"]) for tag in written(found)[6:]]

    assert read == [(entry.name, found.path, entry.line) for entry in found.symbols]
