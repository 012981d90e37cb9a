"""The commands that ask an index, from outside: lines, JSON, vim's quickfix list, and misses."""

import json

import pytest

from tests.tasks.index.test_index import execute
from tests.tasks.store.conftest import index

__all__ = ["index"]


@pytest.fixture
def ask(index, command):
    execute(index, "INSERT INTO symbol_names (name, words, definitions) VALUES ('f', 'f', 3)")
    return lambda *words: command(*words, "--db", index)


def test_where_takes_every_filter(ask):
    assert ask("where", "f", "--path", "*.py", "--scope", "C", "--limit", 1) == (
        0,
        "left/b.py:3:8  method f  in C\n",
        "",
    )


def test_a_name_that_is_not_utf_8_is_refused(ask):
    code, out, err = ask("where", "\udcff")

    assert (code, out) == (2, "")
    assert err.startswith("flagday: '\\udcff' is not UTF-8")


def test_places_are_printed_as_vim_reads_them(ask):
    assert ask("where", "f", "--language", "python", "--vimgrep")[:2] == (
        0,
        "/left/b.py:3:9:def f(self):\n/right/a.py:3:9:def f(self):\n",
    )
    assert ask("uses", "g", "--root", "right", "--vimgrep")[1] == "/right/a.py:4:13:g\n"


def test_files_that_use_a_name_are_counted(ask):
    assert ask("uses", "g", "--files", "--type", "call") == (
        0,
        "left/b.c  1\nleft/b.py  1\nright/a.py  1\n",
        "",
    )
    assert json.loads(ask("uses", "g", "--files", "--root", "right", "--json")[1]) == [
        {"root": "right", "path": "a.py", "language": "python", "uses": 1}
    ]


@pytest.mark.parametrize("other", [["--scope", "C"], ["--vimgrep"]])
def test_files_have_no_places(ask, other):
    code, out, err = ask("uses", "g", "--files", *other)

    assert (code, out) == (2, "")
    assert "--files tells no places" in err


def test_symbols_of_a_file_come_in_the_order_of_its_lines(ask):
    assert ask("symbols", "right/a.py") == (
        0,
        "right/a.py:3:8  method f  in C\n"
        "right/a.py:5:0  field a::b\n"
        'right/a.py:6:0  field it\'s "100%"\n',
        "",
    )


def test_a_file_can_be_named_as_it_lies_on_disk(ask, index, tmp_path, monkeypatch):
    execute(index, "UPDATE roots SET location = ? WHERE name = 'left'", str(tmp_path / "left"))
    (tmp_path / "left").mkdir()
    monkeypatch.chdir(tmp_path)

    assert ask("symbols", "left/../left/b.c")[1] == "left/b.c:1:4  function f\n"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["left/z"], "no such symbol in left/z, which is skipped: symbolic link, not followed\n"),
        (["left/b.c", "--type", "method"], "no such symbol in left/b.c, which is indexed\n"),
        (["nowhere.c"], "no file nowhere.c in this index\n"),
    ],
)
def test_a_file_without_symbols_is_told_apart_from_none(ask, words, said):
    assert ask("symbols", *words) == (0, "", said)


def test_a_name_without_answer_is_told_with_the_one_that_was_meant(ask):
    assert ask("where", "F") == (0, "", "no F in this index; did you mean f?\n")
    assert ask("uses", "nobody") == (0, "", "no nobody in this index\n")


@pytest.mark.parametrize(
    ("words", "what", "meant"),
    [
        (["--type", "metod"], "type metod", "Did you mean method? Known: call, field"),
        (["--language", "pyton"], "language pyton", "Did you mean python? Known: c, python"),
        (["--root", "middle"], "root middle", "Known: left, right."),
    ],
)
def test_a_filter_that_the_index_does_not_have_is_refused(ask, words, what, meant):
    code, out, err = ask("where", "f", *words)

    assert (code, out) == (2, "")
    assert f"this index has no {what}\n  next: {meant}" in err


def test_stats_tell_what_there_is_and_how_questions_went(ask):
    ask("where", "f")
    code, out, _ = ask("stats")
    told = [line.split(maxsplit=1) for line in out.splitlines()]

    assert code == 0
    assert ["files", "3 indexed"] in told
    assert ["c", "2 files, 2 contents, 0.0 MB, 2 lines"] in told
    assert ["symbols", "2 python field"] in told
    assert ["uses", "1 c identifier"] in told
    assert next(line for name, line in told if name == "where").startswith("n 1, mean ")


def test_stats_as_json_have_the_documented_keys(ask):
    found = json.loads(ask("stats", "--json")[1])

    assert list(found) == [
        "index",
        "size_bytes",
        "outcomes",
        "languages",
        "symbols",
        "uses",
        "questions",
    ]
    assert found["languages"][1] == {
        "language": "python",
        "files": 2,
        "asts": 1,
        "size_bytes": 9,
        "lines": 1,
    }


def test_status_tells_what_the_index_holds(ask, index):
    told = [line.split(maxsplit=1) for line in ask("status")[1].splitlines()]

    assert told[0][1].startswith(f"{index} → index.db, ")
    assert told[1:4] == [["schema", "v5"], ["roots", "2"], ["files", "5"]]
