"""Questions by file: the order asked, every miss with its reason, thousands at once."""

import os
from contextlib import closing
from pathlib import Path

import apsw
import pytest

from tasks.contracts import SkipReason
from tasks.errors import PreconditionFailed, QuestionInvalid
from tasks.index.answers import FileSymbols, Miss, Removed, Symbol
from tasks.index.by_file import ByFile
from tasks.store import audit
from tasks.store.lock import only_one
from tests.tasks.index.test_index import execute
from tests.tasks.store.conftest import COPIED, rows

RIGHT_A_PY, LEFT_B_PY, LEFT_A_C, LEFT_B_C, LEFT_Z = 1, 2, 3, 4, 5  # file ids


@pytest.fixture
def by_file(index):
    execute(index, "INSERT INTO symbol_kinds SELECT DISTINCT ast_id, symbol_type FROM symbols")
    with ByFile(index) as by_file:
        yield by_file


def names(found):
    return found if isinstance(found, Miss) else [symbol.name for symbol in found.symbols]


def test_ids_come_in_the_order_of_the_paths_and_a_path_can_be_asked_for_twice(by_file):
    asked = ["left/b.c", "/right/a.py", "nowhere", "a.c", "left/z", "left/b.c"]

    assert by_file.file_ids(asked) == [
        LEFT_B_C,
        RIGHT_A_PY,
        Miss.NO_FILE,
        LEFT_A_C,
        LEFT_Z,
        LEFT_B_C,
    ]


def test_a_path_of_a_root_at_a_commit_is_known_as_it_is_printed(index):
    execute(
        index, "UPDATE roots SET revision = 'HEAD', commit_id = ? WHERE name = 'right'", "62" * 20
    )
    asked = ["/right@626262626262/a.py", "right/a.py", "/right/a.py"]
    with ByFile(index) as by_file:
        assert by_file.file_ids(asked) == [RIGHT_A_PY, RIGHT_A_PY, Miss.NO_FILE]


def test_a_path_that_several_roots_have_means_none_of_them(index):
    execute(index, "UPDATE files SET path = 'b.py' WHERE path = 'a.py'")
    with ByFile(index) as by_file:
        assert by_file.file_ids(["b.py", "left/b.py"]) == [Miss.SEVERAL_FILES, LEFT_B_PY]


def test_a_file_comes_with_all_that_it_defines(by_file):
    assert by_file.get(LEFT_B_C) == FileSymbols(
        LEFT_B_C,
        "left",
        "b.c",
        "c",
        COPIED,
        (Symbol("left", "b.c", 1, 4, 2, "f", "function", None, "c", "int f(void)"),),
    )


def test_equal_contents_are_answered_for_each_file_with_its_own_path(by_file):
    left, right = by_file.get_many([LEFT_B_PY, RIGHT_A_PY])

    assert names(left) == names(right) == ["f", "a::b", 'it\'s "100%"']
    assert [symbol.path for symbol in (*left.symbols, *right.symbols)] == ["b.py"] * 3 + [
        "a.py"
    ] * 3


def test_answers_come_in_the_order_asked_with_a_reason_for_each_miss(by_file):
    found = by_file.get_many([LEFT_Z, LEFT_A_C, 99, LEFT_B_C, LEFT_A_C, -1])

    assert [names(item) for item in found] == [
        Miss.NOT_EXTRACTED,
        ["f"],
        Miss.NO_FILE,
        ["f"],
        ["f"],
        Miss.NO_FILE,
    ]


def test_no_such_kind_is_told_apart_from_not_extracted(by_file):
    found = by_file.get_many_with_kind([LEFT_B_PY, LEFT_B_C, LEFT_Z, 99, LEFT_B_PY], "field")

    assert [names(item) for item in found] == [
        ["a::b", 'it\'s "100%"'],
        Miss.NO_SUCH_KIND,
        Miss.NOT_EXTRACTED,
        Miss.NO_FILE,
        ["a::b", 'it\'s "100%"'],
    ]


def test_a_file_that_defines_nothing_is_an_answer(index):
    execute(index, "DELETE FROM symbols WHERE ast_id = 1")
    with ByFile(index) as by_file:
        assert names(by_file.get(LEFT_B_C)) == []


def test_thousands_of_files_are_asked_for_at_once(by_file):
    found = by_file.get_many_with_kind([*range(50_000), LEFT_A_C], "prototype")

    assert [place for place, item in enumerate(found) if not isinstance(item, Miss)] == [3, 50_000]
    assert len(by_file.file_ids(["left/a.c"] * 50_000)) == 50_000


def test_nothing_asked_is_nothing_answered(by_file):
    assert (by_file.file_ids([]), by_file.get_many([]), by_file.get_many_with_kind([], "x")) == (
        [],
        [],
        [],
    )


@pytest.mark.parametrize(
    ("ask", "what"),
    [
        (lambda by_file: by_file.file_ids("a.c"), "'a.c' is one path, and no list of paths"),
        (lambda by_file: by_file.file_ids([b"a.c"]), "the path is of type bytes, and no text"),
        (lambda by_file: by_file.file_ids([None]), "the path is of type NoneType, and no text"),
        (lambda by_file: by_file.get("1"), "'1' is no id of a file"),
        (lambda by_file: by_file.get_many([Miss.NO_FILE]), "<Miss.NO_FILE: .*> is no id of a file"),
        (lambda by_file: by_file.get_many_with_kind([1], None), "the type is of type NoneType"),
    ],
)
def test_what_is_no_question_is_refused_instead_of_missing(by_file, ask, what):
    with pytest.raises(QuestionInvalid, match=f"^{what}"):
        ask(by_file)


def test_paths_can_be_path_objects(by_file):
    assert by_file.file_ids([Path("left/b.c")]) == [LEFT_B_C]


@pytest.fixture
def rooted(index, tmp_path):
    """The roots of the index are on disk, without ``right/a.py`` and ``left/a.c``."""
    for root, files in {"left": ["b.py", "b.c", "z"], "right": []}.items():
        (tmp_path / root).mkdir()
        execute(
            index,
            "UPDATE roots SET location = ? WHERE name = ?",
            str(tmp_path / root),
            root,
        )
        for file in files:
            (tmp_path / root / file).write_text("")
    return index


def test_what_is_gone_from_its_root_goes_with_the_asts_that_no_file_holds_then(rooted):
    with ByFile(rooted) as by_file:
        removed = by_file.cleanup_stale()
        found = [names(item) for item in by_file.get_many([RIGHT_A_PY, LEFT_A_C, LEFT_B_PY])]

    assert removed == Removed(files=2, asts=1)
    assert found == [Miss.NO_FILE, Miss.NO_FILE, ["f", "a::b", 'it\'s "100%"']]
    assert rows(rooted, "SELECT ast_id FROM asts") == [(1,), (3,)]
    assert rows(rooted, "SELECT DISTINCT ast_id FROM symbols") == [(1,), (3,)]
    assert rows(rooted, "SELECT DISTINCT ast_id FROM refs") == [(1,), (3,)]


def test_a_clean_up_stands_in_the_audit_log_and_what_is_clean_stays_so(rooted):
    with ByFile(rooted) as by_file:
        removed = [by_file.cleanup_stale(), by_file.cleanup_stale()]

    assert removed == [Removed(2, 1), Removed(0, 0)]
    assert [(line.action, line.result, line.detail) for line in audit.lines(rooted)] == [
        ("cleanup", "done", {"files": 2, "asts": 1}),
        ("cleanup", "done", {"files": 0, "asts": 0}),
    ]


def test_search_stays_true_after_a_clean_up(rooted):
    execute(
        rooted,
        "UPDATE symbols SET name = 'lonely' WHERE ast_id = 2",
    )
    execute(
        rooted,
        "INSERT INTO symbol_names (name, words, definitions)"
        " SELECT name, name, COUNT(*) FROM symbols GROUP BY name",
    )
    with ByFile(rooted) as by_file:
        by_file.cleanup_stale()

    assert rows(rooted, "SELECT name FROM symbol_names ORDER BY name") == [
        ("a::b",),
        ("f",),
        ('it\'s "100%"',),
    ]
    with closing(apsw.Connection(str(rooted))) as connection:
        for table in ("symbol_names_substrings", "symbol_names_words"):
            connection.execute(f"INSERT INTO {table} ({table}, rank) VALUES ('integrity-check', 1)")


def test_what_nobody_can_look_at_is_not_gone(rooted, tmp_path, monkeypatch):
    really = os.lstat

    def lstat(place):
        if str(place).startswith(f"{tmp_path}/left/"):
            raise PermissionError(place)
        return really(place)

    monkeypatch.setattr(os, "lstat", lstat)
    with ByFile(rooted) as by_file:
        removed = by_file.cleanup_stale()

    assert removed == Removed(files=1, asts=0)


def test_a_file_whose_path_is_no_text_is_not_gone(rooted):
    execute(
        rooted,
        "UPDATE files SET path = ?, outcome = 'skipped', reason = ? WHERE path = 'z'",
        "caf\\xe9",
        SkipReason.PATH_NOT_UTF8,
    )
    with ByFile(rooted) as by_file:
        by_file.cleanup_stale()

    assert rows(rooted, "SELECT path FROM files ORDER BY path") == [
        ("b.c",),
        ("b.py",),
        ("caf\\xe9",),
    ]


def test_a_root_that_is_not_there_stops_a_clean_up(index):
    before = index.read_bytes()
    with (
        ByFile(index) as by_file,
        pytest.raises(PreconditionFailed, match="root /left is not there"),
    ):
        by_file.cleanup_stale()

    assert index.read_bytes() == before


def test_beside_a_run_nothing_is_cleaned_up(rooted):
    with (
        ByFile(rooted) as by_file,
        only_one(rooted),
        pytest.raises(PreconditionFailed, match="another run has"),
    ):
        by_file.cleanup_stale()

    assert rows(rooted, "SELECT COUNT(*) FROM files") == [(5,)]
