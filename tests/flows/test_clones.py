"""``flagday clones`` from outside."""

import json
from contextlib import closing

import apsw
import pytest

from tests.verification.conftest import finished, good

__all__ = ["finished", "good"]


@pytest.fixture
def clones(good, command, monkeypatch):
    """Ask an index in which a content with a body is in two roots."""
    with closing(apsw.Connection(str(good.database))) as connection:
        connection.execute("UPDATE symbols SET definition_hash = x'0a' WHERE name = 'room'")
        connection.execute("UPDATE symbols SET definition_hash = x'0b' WHERE name = 'knock'")
    monkeypatch.chdir(good.database.parent)
    return lambda *words: command("clones", *words, "--db", good.database)


ROOM = (
    "0a  2 places in 2 roots\n"
    "  left/room.py:5:4  function room\n"
    "  right/lobby/room.py:5:4  function room\n"
)


@pytest.mark.parametrize(
    "what", ["room", "room.py:6", "left/room.py:5", "right/lobby/room.py:5:4", "lobby/room.py:7"]
)
def test_identical_definitions_are_listed_with_their_places(clones, what):
    assert clones(what) == (0, ROOM, "")


@pytest.mark.parametrize(
    ("what", "said"),
    [
        ("knock", "knock (left/wide.c:1) occurs once\n"),
        ("nobody", "no definition with a body for nobody in this index\n"),
        ("room.py:1", "no definition with a body for room.py:1 in this index\n"),
        (
            "nowhere/room.py:1",
            "no file nowhere/room.py in this index; did you mean room.py, lobby/room.py?\n",
        ),
    ],
)
def test_that_nothing_is_identical_is_told_on_stderr(clones, what, said):
    assert clones(what) == (0, "", said)


def test_as_json_it_is_a_list_of_definitions_with_their_roots_and_places(clones):
    (found,) = json.loads(clones("room", "--json")[1])

    assert (found["definition"], found["roots"]) == ("0a", ["left", "right"])
    assert found["places"][0] == {
        "root": "left",
        "path": "room.py",
        "line": 5,
        "column": 4,
        "name": "room",
        "type": "function",
        "scope": None,
        "language": "python",
        "end_line": 7,
        "signature": "def room():",
    }
