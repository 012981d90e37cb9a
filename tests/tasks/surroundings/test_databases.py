"""Which databases are taken for indexes, and what is said of them."""

from contextlib import closing

import apsw
import pytest

from migrations import runner
from tasks.surroundings.databases import databases
from tasks.surroundings.found import Database
from tasks.surroundings.roots import roots_in
from tests.legacy import NAMES, found


def made(path, script):
    with closing(apsw.Connection(str(path))) as connection:
        connection.execute(script).fetchall()
    return path


@pytest.mark.parametrize("name", NAMES)
def test_every_legacy_index_is_recognised(name, tmp_path):
    path = found(name, tmp_path / "old.db")
    (known,) = databases([path])

    assert (known.path, known.is_legacy) == (path, True)
    assert known.what == {
        "v3_text_keyed": "v3 text-keyed",
        "foreign": "of another make, with defs and usages",
    }.get(name, name)


def test_a_database_of_another_make_is_known_by_names_with_places(tmp_path):
    path = made(
        tmp_path / "x",
        "CREATE TABLE identifiers (name TEXT, file TEXT, line INTEGER);"
        "CREATE TABLE watched (folder TEXT); INSERT INTO watched VALUES ('.')",
    )

    assert list(databases([path])) == [
        Database(
            path, "of another make, with identifiers", True, ("identifiers",), "watched.folder"
        )
    ]


@pytest.mark.parametrize(
    "script",
    [
        "CREATE TABLE symbols (price REAL, currency TEXT)",
        "CREATE TABLE refs (name TEXT, commit_hash TEXT)",
        "CREATE TABLE bookmarks (name TEXT, line INTEGER)",
    ],
)
def test_a_database_about_something_else_is_none(script, tmp_path):
    assert list(databases([made(tmp_path / "x.db", script)])) == []


def test_what_is_no_database_or_cannot_be_read_is_none(tmp_path):
    (tmp_path / "text.db").write_text("SQLite format 3, they say")
    (tmp_path / "broken.db").write_bytes(b"SQLite format 3\0" + b"\xff" * 4096)

    assert list(databases(sorted(tmp_path.iterdir()))) == []


def test_to_look_leaves_no_byte_changed(tmp_path):
    path = found("v4", tmp_path / "old.db")
    before = path.read_bytes(), sorted(tmp_path.iterdir())
    list(databases([path]))

    assert (path.read_bytes(), sorted(tmp_path.iterdir())) == before


def test_an_index_of_ours_knows_its_roots(tmp_path):
    path = tmp_path / "index.db"
    with closing(apsw.Connection(str(path))) as connection:
        runner.up(connection)
        connection.execute(
            "INSERT INTO roots (root_id, name, location) VALUES (1, 'a', ?), (2, 'b', '/gone')",
            (str(tmp_path),),
        )

    assert [(known.what, known.is_legacy) for known in databases([path])] == [("v5", False)]
    assert roots_in(path) == (tmp_path,)
