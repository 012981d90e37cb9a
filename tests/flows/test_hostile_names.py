"""Whatever a folder, a code path or an analysis is called, a terminal gets nothing to obey."""

import json
from pathlib import Path

import pytest

from tests.flows.test_hostile_roots import CONTROLS
from tests.legacy import v4

NAME = "x\x1b]0;title\x9b31m\u202e"
SHOWN = "x\\u001b]0;title\\u009b31m\\u202e"
QUERY = 'Q = "SELECT name FROM symbols WHERE file_id = ?"\n'
KEYS = ("--type", NAME, "--content", "00" * 32, "--provider", "mill", "--model", "large")


@pytest.fixture
def here(tmp_path, monkeypatch, command):
    """A folder with a legacy index, code that reads it, and an analysis, all named to mean harm."""
    monkeypatch.chdir(tmp_path)
    v4(tmp_path / "index.db")
    Path(NAME).mkdir()
    (Path(NAME) / "a.py").write_text(QUERY)
    Path(".flagday").mkdir()
    Path("value.json").write_text(json.dumps(NAME))
    assert command("cache", "put", "value.json", *KEYS)[0] == 0
    return command


@pytest.mark.parametrize(
    "words",
    [
        ("init", "--dry-run"),
        ("init",),
        ("inventory", "--db", "index.db", "--code", NAME),
        ("inventory", "--db", "index.db", "--code", NAME, "--format", "json"),
        ("cache", "stats"),
        ("cache", "stats", "--json"),
        ("cache", "train"),
        ("cache", "get", *KEYS),
    ],
    ids=lambda words: " ".join(words[:2] + words[-1:]).partition(" --")[0],
)
def test_a_terminal_is_shown_a_name_and_gets_nothing_to_obey(here, words):
    code, said, told = here(*words)

    assert (code, CONTROLS.findall(said + told)) == (0, [])
    assert SHOWN in (said + told).replace("\\\\", "\\")
