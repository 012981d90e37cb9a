"""A lake answers as the index does that was put in it: the same rows in the same order."""

import sys
from contextlib import closing
from itertools import product

import apsw
import pytest

from tasks.errors import IndexDamaged, PreconditionFailed, QuestionInvalid
from tasks.fill_lake import fill_lake
from tasks.index import Index
from tasks.lake import lake as reading
from tasks.lake.catalogue import read_catalogue
from tasks.lake.lake import Lake
from tests.tasks.store.conftest import index

__all__ = ["index"]

HOSTILE = "x'; DROP TABLE symbols; --\"$name\\"


@pytest.fixture(scope="module")
def asked(both, tmp_path_factory):
    folder = tmp_path_factory.mktemp("asked") / "lake"
    fill_lake(both, folder, "index")
    with Index(both) as index, Lake(folder) as lake:
        yield index, lake


def every_name(database):
    with closing(apsw.Connection(str(database))) as connection:
        found = connection.execute("SELECT name FROM symbols UNION SELECT name FROM refs")
        return [name for (name,) in found]


def test_every_name_has_the_same_answers(asked, both):
    index, lake = asked
    names = [*every_name(both), "nobody"]

    assert [lake.where(name) for name in names] == [index.where(name) for name in names]
    assert [lake.uses(name) for name in names] == [index.uses(name) for name in names]
    assert [lake.files_using(name) for name in names] == [index.files_using(name) for name in names]
    assert any(lake.where(name) for name in names)


def test_every_filter_leaves_the_same_answers(asked):
    index, lake = asked
    words = {
        "language": [None, "python"],
        "root": [None, "right"],
        "path": [None, "*[[]a]?[*1-3]*", "src/f[^1]*", "nothing"],
        "limit": [None, 0, 3],
    }
    filters = [dict(zip(words, values, strict=True)) for values in product(*words.values())]

    for type_, scope in [(None, None), ("struct", "S"), ("function", None), (None, "")]:
        asked_of = [{**each, "type": type_, "scope": scope} for each in filters]
        assert [lake.where("n1", **each) for each in asked_of] == [
            index.where("n1", **each) for each in asked_of
        ]
    for type_, scope in [(None, ""), ("call", "S")]:
        asked_of = [{**each, "type": type_, "scope": scope} for each in filters]
        assert [lake.uses("n1", **each) for each in asked_of] == [
            index.uses("n1", **each) for each in asked_of
        ]
    counted = [{**each, "type": "call"} for each in filters]
    assert [lake.files_using("n1", **each) for each in counted] == [
        index.files_using("n1", **each) for each in counted
    ]


def test_equal_contents_in_two_languages_are_two_asts(index, tmp_path):
    fill_lake(index, tmp_path / "lake", "index")
    with Index(index) as of_index, Lake(tmp_path / "lake") as lake:
        names = every_name(index)

        assert [lake.where(name) for name in names] == [of_index.where(name) for name in names]
        assert lake.roots() == of_index.roots()


@pytest.mark.parametrize(
    ("filters", "what"),
    [
        ({"type": "strct"}, "type strct"),
        ({"language": "cobol"}, "language cobol"),
        ({"root": "middle"}, "root middle"),
        ({"type": ""}, "type ''"),
        ({"language": ""}, "language ''"),
        ({"root": ""}, "root ''"),
    ],
)
def test_a_filter_that_the_lake_does_not_have_is_refused_as_the_index_does(asked, filters, what):
    index, lake = asked
    with pytest.raises(QuestionInvalid, match=what) as by_index:
        index.where("n1", **filters)
    with pytest.raises(QuestionInvalid, match=what) as by_lake:
        lake.where("n1", **filters)

    assert by_lake.value.next_step == by_index.value.next_step


@pytest.mark.parametrize(
    ("ask", "what"),
    [
        (lambda reader: reader.where(""), "^the name is empty$"),
        (lambda reader: reader.uses(b"f"), "^the name is of type bytes, and no text$"),
        (lambda reader: reader.files_using("f", path=["a.c"]), "^the path is of type list"),
        (lambda reader: reader.where("f", scope=b"S"), "^the scope is of type bytes"),
        (lambda reader: reader.where("f", limit=-1), "^-1 is no limit$"),
        (lambda reader: reader.where("f", limit=1 << 63), "^9223372036854775808 is no limit$"),
        (lambda reader: reader.where("\udcff"), r"^'\\udcff' is not UTF-8$"),
        (lambda reader: reader.uses("\udcff"), r"^'\\udcff' is not UTF-8$"),
        (lambda reader: reader.where("f", scope="\udcff"), r"^'\\udcff' is not UTF-8$"),
        (lambda reader: reader.where("f", language="\udcff"), r"^'\\udcff' is not UTF-8$"),
    ],
)
def test_what_is_no_question_to_an_index_is_none_to_a_lake(asked, ask, what):
    for reader in asked:
        with pytest.raises(QuestionInvalid, match=what):
            ask(reader)


@pytest.mark.parametrize("most", [0, sys.maxsize - 1])
def test_the_largest_limit_is_none_and_so_is_0(asked, most):
    index, lake = asked

    assert lake.where("n1", limit=most) == index.where("n1") != []
    assert lake.uses("n1", limit=most) == index.uses("n1") != []
    assert lake.files_using("n1", limit=most) == index.files_using("n1") != []


def test_a_language_without_an_answer_is_known(asked):
    index, lake = asked

    assert lake.where("nobody", language="tsx") == index.where("nobody", language="tsx") == []


@pytest.mark.parametrize("word", [HOSTILE, "*", "%", "n1\0", "n?"])
def test_what_is_asked_for_is_no_syntax(asked, word):
    _, lake = asked

    assert lake.where(word) == lake.uses(word) == []
    assert lake.where("n1", scope=word) == []


@pytest.mark.parametrize("folder", ["a[b]*?", "language=zz/prefix=x9", "back\\slash", "it's \"$x"])
def test_a_lake_may_lie_in_any_folder(both, tmp_path, folder):
    fill_lake(both, tmp_path / folder, "index")
    with Index(both) as index, Lake(tmp_path / folder) as lake:
        assert lake.where("n1") == index.where("n1")
        assert lake.uses("n1", language="c") == index.uses("n1", language="c")


def test_duckdb_may_read_the_lake_alone(asked, tmp_path):
    _, lake = asked
    (tmp_path / "secret.csv").write_text("a\n1\n")
    connection = lake._connection

    with pytest.raises(Exception, match="disabled by configuration"):
        connection.execute(f"SELECT * FROM '{tmp_path}/secret.csv'")
    with pytest.raises(Exception, match="locked"):
        connection.execute("SET enable_external_access = true")


def test_a_lake_that_is_filled_again_answers_from_what_it_holds_now(filled, tmp_path):
    fill_lake(filled({"left": {"a.x": 1}}), tmp_path / "lake", "index")
    with Lake(tmp_path / "lake") as lake:
        before = lake.where("n2")
        fill_lake(filled({"left": {"b.x": 1}}), tmp_path / "lake", "index")

        assert [symbol.path for symbol in before] == ["a.x"]
        assert [symbol.path for symbol in lake.where("n2")] == ["b.x"]


def test_a_question_that_an_export_overtakes_is_asked_again(filled, tmp_path, monkeypatch):
    folder = tmp_path / "lake"
    fill_lake(filled({"left": {"a.x": 1}}), folder, "index")
    read = []

    def read_and_be_overtaken(where):
        found = read_catalogue(where)
        if not read:
            read.append(found)
            fill_lake(filled({"left": {"b.x": 1}}), folder, "index")
        return found

    with Lake(folder) as lake:
        monkeypatch.setattr(reading, "read_catalogue", read_and_be_overtaken)

        assert [symbol.path for symbol in lake.where("n2")] == ["b.x"]


@pytest.mark.parametrize("damage", [lambda path: path.unlink(), lambda path: path.write_text("")])
def test_a_file_that_is_not_whole_is_told(filled, tmp_path, damage):
    fill_lake(filled({"left": {"a.x": 1}}), tmp_path, "index")
    damage(*tmp_path.glob("symbols/*/*/*"))

    with Lake(tmp_path) as lake, pytest.raises(IndexDamaged, match="cannot be read"):
        lake.where("n1")


def test_where_there_is_no_lake_the_way_to_one_is_told(tmp_path):
    with pytest.raises(PreconditionFailed, match="there is no lake at") as refused:
        Lake(tmp_path / "nowhere")

    assert refused.value.next_step == (
        f"Write one with `flagday export --layout lake --to {tmp_path}/nowhere`."
    )


def test_without_duckdb_the_extra_is_named(both, tmp_path, monkeypatch):
    fill_lake(both, tmp_path / "lake", "index")
    monkeypatch.setitem(__import__("sys").modules, "duckdb", None)

    with pytest.raises(PreconditionFailed, match="not installed") as refused:
        Lake(tmp_path / "lake")
    assert refused.value.next_step == "Install it with `pip install 'flagday[lake]'`."
