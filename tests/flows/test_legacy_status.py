"""``flagday status`` of an index that a flag day has not rebuilt, or whose flag day was undone."""

import json

import pytest

from tasks.store import audit
from tasks.store.generations import folder_of
from tasks.store.lock import only_one
from tasks.store.places import review_of
from tests import legacy


@pytest.fixture
def old(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return legacy.v4(tmp_path / "old.db")


def test_the_status_of_a_legacy_index_tells_what_there_is_and_what_comes(command, old):
    code, out, err = command("status", "--db", old)
    rows = dict(line.split(maxsplit=1) for line in out.splitlines())
    (old.parent / "flagday.toml").write_text('db = "old.db"\n')
    named = command("status")[1].splitlines()[-1]

    assert (code, err) == (0, "")
    assert rows["schema"] == "v4: still legacy, v5 comes by a flag day"
    assert rows["next"] == (
        f"`flagday rehearse ROOT… --db {old}` tries the flag day, "
        f"`flagday run ROOT… --db {old}` does it"
    )
    assert named.split(maxsplit=1)[1].startswith("`flagday rehearse` tries the flag day")


def test_as_json_it_has_what_the_status_of_any_index_has_and_how_it_came_back(command, old):
    detail = {"replaced": "a run"}
    audit.append(old, audit.Act("roll back", detail=detail), audit.Result.DONE)
    stated = json.loads(command("status", "--db", old, "--json")[1])
    (line,) = audit.lines(old)

    assert stated.pop("size_bytes") == old.stat().st_size
    assert stated == {
        "index": str(old),
        "generation": "old.db",
        "schema": 4,
        "counts": stated["counts"],
        "came_back": {"by": "roll back", "at": line.at, "replaced": "a run"},
        "outcomes": [],
        "run": None,
        "waits": None,
    }
    assert {"files", "symbols", "refs"} <= stated["counts"].keys()


def test_a_run_that_waits_comes_first_with_the_whole_command_that_answers_it(command, old):
    waits = ("run_id", "artifacts", "since", "until", "api_url", "flow_run")
    folder_of(old).mkdir()
    with only_one(old):
        review_of(old).write_text(json.dumps(dict.fromkeys(waits, "1")))
        first, *rest = command("status", "--db", old)[1].splitlines()

    assert first == f"run 1 waits until 1: flagday approve 1 --db {old}"
    assert any("still legacy" in line for line in rest)


@pytest.mark.parametrize("name", legacy.NAMES)
def test_whatever_make_an_index_is_of_its_status_is_told(command, tmp_path, name):
    code, out, _ = command("status", "--db", legacy.found(name, tmp_path / "old.db"))

    assert (code, "still legacy" in out) == (0, True)


def test_what_is_no_index_at_all_is_refused_as_ever(command, tmp_path):
    (tmp_path / "text.db").write_text("once upon a time")
    codes = [command("status", "--db", tmp_path / name)[0] for name in ("text.db", "gone.db")]

    assert codes == [3, 3]
