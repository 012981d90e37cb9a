"""The catalogue: what it says to others, and how one that is none is refused."""

import json
import re
from contextlib import closing
from pathlib import Path

import duckdb
import pyarrow.dataset as ds
import pytest

from tasks.errors import IndexDamaged, PreconditionFailed
from tasks.fill_lake import fill_lake
from tasks.index import Index
from tasks.lake.catalogue import read_catalogue


@pytest.fixture(scope="module")
def lake(both, tmp_path_factory):
    folder = tmp_path_factory.mktemp("lake")
    fill_lake(both, folder, "index")
    return folder


def paths_of(lake, table):
    """Do what docs/lake.md tells every reader to do first."""
    listed = json.loads((lake / "catalogue.json").read_text())["partitions"]
    return [str(lake / each["path"]) for each in listed if each["table"] == table]


def test_the_catalogue_says_what_each_partition_is(lake):
    said = json.loads((lake / "catalogue.json").read_text())

    assert list(said) == ["format", "indexes", "partitions"]
    assert said["indexes"] == [
        {
            "name": "index",
            "run": None,
            "roots": {"left": "/left", "right": "/right"},
            "languages": ["c", "python", "tsx"],
            "is_whole": True,
        }
    ]
    assert sorted(said["partitions"][0]) == [
        "language",
        "name",
        "path",
        "prefix",
        "rows",
        "sha256",
        "size_bytes",
        "table",
        "types",
    ]
    assert {(each["table"], each["language"]) for each in said["partitions"]} >= {
        ("files", None),
        ("symbols", "c"),
    }


def shown(language):
    """Return the first example in a language of docs/lake.md, asking for a name that is there."""
    page = (Path(__file__).parents[3] / "docs/lake.md").read_text()
    code = re.search(rf"^```{language}\n(.*?)^```", page, re.MULTILINE | re.DOTALL)[1]
    return code.replace("'main'", "'n1'").replace('"main"', '"n1"')


def test_the_statements_that_the_guide_shows_answer_as_the_index(lake, both, monkeypatch):
    monkeypatch.chdir(lake.parent)
    with closing(duckdb.connect()) as connection:
        found = connection.execute(shown("sql").replace("lake/", f"{lake.name}/")).fetchall()
    with Index(both) as index:
        expected = [(s.root, s.path, s.line, s.type) for s in index.where("n1")]

    assert found == expected


def test_the_lines_of_polars_that_the_guide_shows_answer_as_the_index(lake, both, monkeypatch):
    monkeypatch.chdir(lake.parent)
    names = {}
    exec(shown("python").replace('"lake"', repr(lake.name)), names)
    with Index(both) as index:
        expected = [(s.root, s.path, s.uses) for s in index.files_using("n1")]

    assert names["found"].rows() == expected


def test_a_dataset_of_arrow_has_the_rows_and_their_partitions(lake, both):
    symbols = ds.dataset(
        paths_of(lake, "symbols"),
        partitioning=ds.HivePartitioning.discover(),
        partition_base_dir=str(lake / "symbols"),
    )
    found = symbols.to_table(filter=(ds.field("name") == "n1") & (ds.field("language") == "c"))
    with Index(both) as index:
        expected = {(s.line, s.type) for s in index.where("n1", language="c")}

    listed = zip(found["line_number"].to_pylist(), found["symbol_type"].to_pylist(), strict=True)
    assert set(listed) == expected


def test_a_newer_lake_is_refused(lake, tmp_path):
    text = (lake / "catalogue.json").read_text().replace('"format": 1', '"format": 2')
    (tmp_path / "catalogue.json").write_text(text)

    with pytest.raises(PreconditionFailed, match="has format 2, newer than this flagday"):
        read_catalogue(tmp_path)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('"format": 1', '"format": "1x"'),
        ('"indexes"', '"indices"'),
        ('"prefix": "x', '"prefix": "../x'),
        ('"name": "', '"name": "../'),
        ('"table": "refs"', '"table": "../../etc"'),
        ('"rows": ', '"rows": -'),
        ("]}\n", "]"),
    ],
)
def test_what_is_no_catalogue_is_damaged(lake, tmp_path, old, new):
    text = (lake / "catalogue.json").read_text()
    assert old in text
    (tmp_path / "catalogue.json").write_text(text.replace(old, new))

    with pytest.raises(IndexDamaged, match="is no catalogue"):
        read_catalogue(tmp_path)


@pytest.mark.parametrize("text", ["{}", '{"indexes": []}', '{"partitions": []}', "[]", "null"])
def test_a_catalogue_without_indexes_or_partitions_is_damaged(tmp_path, text):
    (tmp_path / "catalogue.json").write_text(text)

    with pytest.raises(IndexDamaged, match="is no catalogue"):
        read_catalogue(tmp_path)


def test_bytes_that_are_no_text_are_damaged(tmp_path):
    (tmp_path / "catalogue.json").write_bytes(b"\xff\xfe")

    with pytest.raises(IndexDamaged, match="is no catalogue"):
        read_catalogue(tmp_path)
