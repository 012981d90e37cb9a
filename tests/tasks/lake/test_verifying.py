"""Verifying a lake: the catalogue says of a file what the file is, and no other file is there."""

import hashlib
import json
import shutil

import pyarrow.parquet as pq
import pytest

from tasks.fill_lake import fill_lake
from tasks.lake.catalogue import path_of
from tasks.lake.verifying import problems


@pytest.fixture(scope="module")
def whole(filled, tmp_path_factory):
    """A lake of one index: two files in each of two languages, and one in none."""
    folder = tmp_path_factory.mktemp("whole")
    fill_lake(
        filled({"left": {"a.x": 1, "b.x": 4, "c.x": 3, "d.x": 6, "link": 0}}), folder, "index"
    )
    return folder


@pytest.fixture
def lake(whole, tmp_path):
    return shutil.copytree(whole, tmp_path / "lake")


@pytest.fixture
def edited(lake):
    """Change the catalogue of a lake; return what it says of a language's refs, or of another."""

    def edit(change, table="refs", language="python"):
        said = json.loads((lake / "catalogue.json").read_text())
        (entry,) = (
            each
            for each in said["partitions"]
            if (each["table"], each["language"]) == (table, language)
        )
        change(said, entry)
        (lake / "catalogue.json").write_text(json.dumps(said))
        return entry

    return edit


def test_a_lake_as_it_was_written_has_no_problems(lake, both, tmp_path):
    fill_lake(both, tmp_path / "both", "index")

    assert (problems(lake), problems(tmp_path / "both")) == ([], [])


def test_a_byte_that_changed_is_found(lake):
    path = next(lake.glob("refs/*/*/*"))
    path.write_bytes(path.read_bytes()[:-1] + b"?")

    assert problems(lake) == [f"{path.relative_to(lake)} is not the file that was written"]


@pytest.mark.parametrize(
    ("key", "says", "told"),
    [
        ("types", ["identifier"], "has types call, identifier, and the catalogue says identifier"),
        ("types", [], "has types call, identifier, and the catalogue says none"),
        ("rows", 17, "has rows 18, and the catalogue says 17"),
        ("size_bytes", 1, "has size_bytes {size_bytes}, and the catalogue says 1"),
        ("path", "refs/other.parquet", "has in the catalogue the path refs/other.parquet"),
    ],
)
def test_what_the_catalogue_says_of_a_file_is_held_against_the_file(lake, edited, key, says, told):
    was = json.loads((lake / "catalogue.json").read_text())["partitions"]
    entry = edited(lambda _, entry: entry.update({key: says}))
    (before,) = (each for each in was if each["name"] == entry["name"] and each["table"] == "refs")

    assert problems(lake) == [f"{before['path']} {told.format(**before)}"]


@pytest.mark.parametrize("table", ["files", "asts", "refs"])
def test_a_file_under_the_name_of_another_is_found(lake, edited, table):
    names = {"catalogue": "0" * 32}

    def rename(_, entry):
        file, names["file"] = lake / entry["path"], entry["name"]
        path = path_of(table, "python", "x", names["catalogue"])
        entry.update(name=names["catalogue"], path=path)
        file.rename(lake / path)

    path = edited(rename, table)["path"]
    expected = [f"{path} has name {names['file']}, and the catalogue says {names['catalogue']}"]
    if table == "asts":  # by which the others are named
        expected += [
            f"{path_of(other, 'python', 'x', names['file'])} has name {names['catalogue']}, and the"
            f" catalogue says {names['file']}"
            for other in ("refs", "symbols")
        ]

    assert problems(lake) == expected


def test_contents_under_a_prefix_that_is_not_theirs_are_found(lake, edited):
    def move(_, entry):
        file = lake / entry["path"]
        entry.update(prefix="xf", path=path_of("files", None, "xf", entry["name"]))
        (lake / entry["path"]).parent.mkdir()
        file.rename(lake / entry["path"])

    entry = edited(move, "files", None)

    assert problems(lake) == [f"{entry['path']} has prefix x0, and the catalogue says xf"]


def test_a_file_that_would_be_read_twice_is_found(lake, edited):
    entry = edited(lambda said, entry: said["partitions"].append(entry))
    told = f"{entry['path']} is not the only file of its table, language and prefix"

    assert problems(lake) == [told, told]


def test_files_of_a_root_that_no_index_has_are_found(lake, edited):
    def forget(said, _):
        said["indexes"][0]["roots"] = {"other": "/left"}

    edited(forget)

    assert problems(lake) == [
        f"{path.relative_to(lake)} has files of left, which is a root of no index"
        for path in sorted(lake.glob("files/*/*/*"))
    ]


@pytest.mark.parametrize("is_parquet", [True, False])
def test_a_file_that_is_of_no_such_table_is_found(lake, edited, is_parquet):
    def replace(_, entry):
        file = lake / entry["path"]
        if is_parquet:
            pq.write_table(pq.ParquetFile(file).read().drop_columns(["ref_type"]), file)
        else:
            file.write_text("no Parquet")
        entry.update(sha256=hashlib.sha256(file.read_bytes()).hexdigest())

    entry = edited(replace)
    (told,) = problems(lake)

    assert told.startswith(f"{entry['path']} is no file of refs: ")


def test_every_file_that_is_not_the_catalogues_is_named(lake):
    strays = [
        "refs/language=python/prefix=x/extra.parquet",
        "refs/stray.parquet",
        "notes.txt",
        "symbols/link",
    ]
    for path in strays[:-1]:
        (lake / path).write_text("")
    (lake / "symbols/link").symlink_to(lake)

    assert problems(lake) == [f"{path} is in no catalogue" for path in sorted(strays)]
