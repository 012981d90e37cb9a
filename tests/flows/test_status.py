"""What `status` and `stats` print of roots; what they count is tests/tasks/index."""

import json
import sys
from contextlib import closing
from io import BytesIO, TextIOWrapper

import apsw
import pytest

from tests.tasks.store.conftest import index

__all__ = ["index"]

COMMIT = "1a2b3c4d5e6f7a8b9c0d"


@pytest.fixture
def roots(index):
    """Eleven roots more: ten at a commit, and one that is broken."""
    with closing(apsw.Connection(str(index))) as connection:
        connection.execute(
            "INSERT INTO roots (name, location, revision, problem) "
            "VALUES ('gone', '/gone', NULL, 'it is not there')"
        )
        connection.executemany(
            "INSERT INTO roots (name, location, revision, commit_id) VALUES (?, '/m.git', ?, ?)",
            [(f"m@v{n}", f"v{n}", COMMIT) for n in range(10)],
        )
    return index


HEAD = [
    "root   files  indexed  partial  skipped  failed  where",
    "gone       0        0        0        0       0  /gone: it is not there",
    "left       4        2        1        1       0  /left",
    "right      1        1        0        0       0  /right",
]


def test_status_prints_ten_roots_and_how_many_more_there_are(roots, command):
    code, said, _ = command("status", "--db", roots)
    _, _, table = said.partition("\n\n")

    assert code == 0
    assert table.splitlines() == [
        *HEAD,
        *(
            f"m@v{n}       0        0        0        0       0  /m.git@{COMMIT[:12]}"
            for n in range(7)
        ),
        "and 3 more: flagday stats",
    ]


def test_stats_prints_every_root(roots, command):
    code, said, _ = command("stats", "--db", roots)
    _, _, table = said.partition("\n\n")

    assert code == 0
    assert table.splitlines()[:4] == HEAD
    assert [line.split()[0] for line in table.splitlines()[4:]] == [f"m@v{n}" for n in range(10)]


@pytest.mark.parametrize("kind", ["status", "stats"])
def test_as_json_every_root_is_there_with_its_revision_and_its_problem(roots, command, kind):
    _, said, _ = command(kind, "--db", roots, "--json")
    told = json.loads(said)["roots"]

    assert len(told) == 13
    assert told[0] == {
        "root": "gone",
        "location": "/gone",
        "revision": None,
        "commit": None,
        "problem": "it is not there",
        "files": 0,
        "indexed": 0,
        "partial": 0,
        "skipped": 0,
        "failed": 0,
    }
    assert (told[-1]["root"], told[-1]["revision"], told[-1]["commit"]) == ("m@v9", "v9", COMMIT)


def test_what_the_encoding_of_stdout_lacks_is_escaped(roots, command, monkeypatch):
    written = BytesIO()
    monkeypatch.setattr("sys.stdout", TextIOWrapper(written, "latin-1"))
    code, _, err = command("status", "--db", roots)
    sys.stdout.flush()

    assert (code, err) == (0, "")
    assert f"index            {roots} \\u2192 ".encode() in written.getvalue()
