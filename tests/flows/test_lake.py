"""A lake from outside: a run that fills one, and the commands that ask and verify it."""

import json
import re
import shlex
import shutil
from contextlib import closing

import apsw
import pytest

from tasks.errors import PreconditionFailed
from tests.tasks.store.conftest import index

__all__ = ["index"]


@pytest.fixture
def lake(index, command, tmp_path):
    code, _, err = command("export", "--layout", "lake", "--to", tmp_path / "lake", "--db", index)
    assert (code, err) == (0, "partitions: 9 added, 0 kept, 0 removed\n")
    return tmp_path / "lake"


@pytest.mark.parametrize(
    "words",
    [
        ["where", "f"],
        ["where", "f", "--path", "*.py", "--scope", "C", "--limit", "1", "--json"],
        ["where", "f", "--language", "python", "--vimgrep"],
        ["uses", "g"],
        ["uses", "g", "--root", "right", "--vimgrep"],
        ["uses", "g", "--files", "--type", "call", "--json"],
        ["where", "f", "--type", "metod"],
    ],
)
def test_a_lake_is_asked_as_an_index_is(lake, index, command, words):
    assert command(*words, "--lake", lake) == command(*words, "--db", index)


def test_a_name_without_answer_is_told(lake, command):
    assert command("where", "F", "--lake", lake) == (0, "", "no F in this index\n")


def test_an_export_tells_rows_and_what_became_of_the_partitions(lake, index, command):
    assert command("export", "--layout", "lake", "--to", lake, "--db", index) == (
        0,
        f"{lake}/files\t5\n{lake}/asts\t3\n{lake}/symbols\t5\n{lake}/refs\t3\n",
        "partitions: 0 added, 9 kept, 0 removed\n",
    )


def test_a_lake_is_compared_with_its_catalogue(lake, command):
    assert command("verify", "--lake", lake) == (0, f"{lake} is what its catalogue says\n", "")
    changed = next(lake.glob("refs/*/*/*"))
    changed.write_text("")
    code, out, err = command("verify", "--lake", lake, "--json")

    assert (code, json.loads(out)) == (
        5,
        {"problems": [f"{changed.relative_to(lake)} is not the file that was written"]},
    )
    assert "1 things in the lake" in err


@pytest.fixture
def into_lake(lake, index, command, tmp_path):
    """Export into the lake the index that is in it, or another of the same contents: two."""
    two = shutil.copy(index, tmp_path / "two.db")
    with closing(apsw.Connection(str(two))) as connection:
        connection.execute("UPDATE roots SET name = name || '2'")

    def export(name):
        db = {"index": index, "two": two}[name]
        return command("export", "--layout", "lake", "--to", lake, "--as", name, "--db", db)

    return export


def test_rows_that_were_lost_are_told_until_they_are_there_again(lake, into_lake, command):
    into_lake("two")
    for path in lake.glob("files/language=python/*/*"):
        path.unlink()
    told = (
        f"the lake {lake} lacks rows of two, lost with a damaged file: to have them again, "
        "export these indexes\n"
    )

    assert told in into_lake("index")[2]
    assert command("where", "f", "--lake", lake)[2] == told
    assert told not in into_lake("two")[2]
    assert command("where", "f", "--lake", lake)[2] == ""


@pytest.mark.parametrize("words", [["verify"], ["where", "f"], ["uses", "g"]])
def test_a_catalogue_that_says_nothing_is_refused_by_all_who_read_it(lake, command, words):
    (lake / "catalogue.json").write_text("{}")
    code, out, err = command(*words, "--lake", lake)

    assert (code, out) == (8, "")
    assert "is no catalogue: indexes: Field required" in err


def test_an_index_under_a_new_name_gets_in_as_its_refusal_says(lake, index, command):
    into = ["export", "--layout", "lake", "--to", lake, "--as", "renamed", "--db", index]
    code, _, err = command(*into)
    (proposed,) = re.findall(r"`flagday (.*)`", err)

    assert code == 3
    assert command(*shlex.split(proposed))[0] == 0
    assert command(*into)[0] == 0
    assert command("where", "f", "--lake", lake) == command("where", "f", "--db", index)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--format", "tags", "--to", "x"], "a lake is Parquet, not tags"),
        (["--to", "-"], "Parquet needs a folder"),
        (["--to", "x", "--root", "left"], "Parquet holds all roots"),
    ],
)
def test_what_a_lake_cannot_be_is_refused(index, command, words, said):
    code, _, err = command("export", "--layout", "lake", *words, "--db", index)

    assert code == 2
    assert said in err


def test_a_run_brings_the_lake_up_to_the_new_index_and_does_not_index_it(bench, command):
    bench.write(src={"a.py": "def f():\n    g()\n", "b.c": "int f(void) { return g(); }\n"})
    lake = bench.folder / "src/lake"
    for _ in range(2):
        workspace = bench.run("src", lake={"folder": lake, "name": "mine"})
    said = json.loads((lake / "catalogue.json").read_text())

    assert [(each["name"], each["run"]) for each in said["indexes"]] == [("mine", workspace.run_id)]
    assert bench.rows("SELECT path FROM files ORDER BY path") == [("a.py",), ("b.c",)]
    for question in (["where", "f"], ["uses", "g"]):
        asked = command(*question, "--lake", lake)
        assert asked == command(*question, "--db", bench.db)
        assert asked[1].count("\n") == 2


def test_a_run_whose_lake_would_refuse_it_changes_nothing(bench, command):
    bench.write(src={"a.py": "def f(): ...\n"}, other={"b.py": "def g(): ...\n"})
    lake = bench.folder / "lake"
    bench.run("src", lake={"folder": lake})
    service = bench.db.resolve()

    with pytest.raises(PreconditionFailed, match="has an index index of other roots: src") as told:
        bench.run("other", lake={"folder": lake})
    (proposed,) = re.findall(r"`flagday (.*)`", told.value.next_step)

    assert bench.db.resolve() == service
    assert command(*shlex.split(proposed))[0] == 0
    bench.run("other", lake={"folder": lake})
    assert command("where", "g", "--lake", lake) == command("where", "g", "--db", bench.db)
