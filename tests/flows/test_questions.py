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
    assert ask("where", "f", "--path", "*.py", "--scope", "C", "--root", "left") == (
        0,
        "left/b.py:3:8  method f  in C\n",
        "",
    )


def test_a_name_that_is_not_utf_8_is_refused(ask):
    code, out, err = ask("where", "\udcff")

    assert (code, out) == (2, "")
    assert err.startswith("flagday: '\\udcff' is not UTF-8")


@pytest.mark.parametrize(
    "words",
    [["where", "f"], ["docs", "f"], ["status"], ["stats"], ["export", "--format", "tags"]],
    ids=" ".join,
)
def test_a_folder_in_the_place_of_an_index_is_refused_with_a_file_to_name(
    command, tmp_path, monkeypatch, words
):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "src/.flagday").mkdir(parents=True)
    (tmp_path / "src/.flagday/index.db").touch()

    assert [command(*words, "--db", db) for db in ("", "src", tmp_path)] == [
        (
            3,
            "",
            f"flagday: {named} is a folder, and the index is a file\n"
            f"  next: Name a file, such as --db {meant}. Nothing was changed.\n",
        )
        for named, meant in [
            (".", "index.db"),
            ("src", "src/.flagday/index.db"),
            (tmp_path, tmp_path / "index.db"),
        ]
    ]


@pytest.mark.parametrize(
    "words",
    [
        ["where", "f"],
        ["uses", "g"],
        ["uses", "g", "--files"],
        ["search", "f"],
        ["symbols", "a.py"],
        ["imports", "os"],
        ["docs", "f"],
    ],
)
def test_a_limit_beyond_all_numbers_is_refused(ask, words):
    assert ask(*words, "--limit", 10**20) == (
        2,
        "",
        "flagday: 100000000000000000000 is no limit\n"
        "  next: Name a number of answers, or 0 for all of them.\n",
    )


@pytest.mark.parametrize(
    "words",
    [
        ["where", "f"],
        ["uses", "g"],
        ["uses", "g", "--files"],
        ["uses", "g", "--json"],
        ["symbols", "a.py"],
        ["imports", "os"],
        ["docs", "py"],
    ],
    ids=" ".join,
)
def test_a_limit_of_0_shows_all_and_what_another_leaves_out_is_told_on_stderr(ask, index, words):
    execute(
        index,
        "INSERT INTO imports (ast_id, module, import_kind, line_number, column_number)"
        " VALUES (3, 'os', 'import', 1, 7)",
    )
    code, everything, err = ask(*words, "--limit", 0, "--exit-code")
    _, first, told = ask(*words, "--limit", 1, "--exit-code")

    assert (code, err) == (0, "")
    assert len(first) < len(everything)
    assert told == "there are more than these 1; --limit 0 shows all\n"
    assert ask(*words, "--limit", 1000) == (0, everything, "")


def test_places_are_printed_as_vim_reads_them(ask):
    assert ask("where", "f", "--language", "python", "--vimgrep")[:2] == (
        0,
        "left/b.py:3:9:def f(self):\nright/a.py:3:9:def f(self):\n",
    )
    assert ask("uses", "g", "--root", "right", "--vimgrep")[1] == "right/a.py:4:13:g\n"


def test_a_root_at_a_commit_is_named_in_every_format_and_its_paths_mean_what_they_say(ask, index):
    execute(
        index,
        "UPDATE roots SET name = 'repo@HEAD', location = '/repo', revision = 'HEAD', commit_id = ?"
        " WHERE name = 'left'",
        "62a57675c238" + "0" * 28,
    )
    lines = "repo@HEAD/b.c:1:4  function f\n"
    asked = ("where", "f", "--language", "c", "--type", "function")

    assert ask(*asked) == (0, lines, "")
    assert ask(*asked, "--vimgrep") == (0, "repo@HEAD/b.c:1:5:int f(void)\n", "")
    for file in ("repo@HEAD/b.c", "/repo@62a57675c238/b.c", "b.c"):
        assert ask("symbols", file) == (0, lines, "")
        assert ask("clones", f"{file}:1")[1].count("\n") == 4


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
        (["lft/b.c"], "no file lft/b.c in this index; did you mean b.c?\n"),
        (["b.c", "--root", "right"], "b.c is in the root left, not in right\n"),
    ],
)
def test_a_file_without_symbols_is_told_apart_from_none(ask, words, said):
    assert ask("symbols", *words) == (0, "", said)


def test_a_name_without_answer_is_told_with_the_one_that_was_meant(ask):
    assert ask("where", "F") == (0, "", "no F in this index; did you mean f?\n")
    assert ask("uses", "nobody") == (0, "", "no nobody in this index\n")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("uses f", "f is defined here (left/a.c:2 and 3 more), but nothing uses it"),
        ("where g", "g is used here (left/a.c and 3 more), but nothing here defines it"),
        ("where f --path left/*", "f is defined here, but not under --path 'left/*'; paths begin "
         "inside of the root, such as a.c"),
        ("where f --type field", "f is defined as method, prototype and function, not as field"),
        ("where a::b --language c", "a::b is defined in python, not in c"),
        ("where f --language rust", "nothing here is in rust; f is defined in c and python"),
        ("where nobody --language rust", "no nobody in this index; nothing here is in rust, only "
         "c and python"),
        ("where f --scope D", "f is defined in C, S and the top level, not in D"),
        ("where f --root right --language c", "f is defined here, but not with all of --language c "
         "--root right"),
        ("uses g --type identifier --path *.py", "g is used here, but not with all of "
         "--type identifier --path '*.py'"),
        ("uses g --type field", "g is used here, but not as field"),
        ("uses g --scope D", "g is used here, but not in D"),
        ("uses g --files --path z*", "g is used here, but not under --path 'z*'; paths begin "
         "inside of the root, such as a.c"),
        ("where D.f", "no D.f in this index; f is defined in C, S and the top level"),
        ("where D::F", "no D::F in this index; did you mean f?"),
        ("uses C.g", "uses go by the last name alone: no C.g, but g is used here (left/a.c and 3 "
         "more)"),
    ],
)  # fmt: skip
def test_why_there_is_no_answer_is_told(ask, index, words, said):
    execute(
        index,
        "INSERT INTO parser_versions VALUES (3, 'rust', 'rust', '1', zeroblob(32), 1, ?)",
        b"\x03" * 32,
    )

    assert ask(*words.split()) == (0, "", f"{said}\n")


def test_a_language_that_flagday_does_not_have_is_refused_with_those_that_are_here(ask):
    code, _, err = ask("where", "f", "--language", "cobol")

    assert (code, err) == (
        2,
        "flagday: this index has no language cobol\n  next: Known: c, python.\n",
    )


@pytest.mark.parametrize("word", ["where", "uses", "symbols", "imports", "clones", "search"])
def test_an_empty_name_is_refused(ask, word):
    code, out, err = ask(word, "")

    assert (code, out) == (2, "")
    assert " is empty\n  next: Name at least one character." in err


def test_an_import_without_answer_is_told_with_the_one_that_was_meant(ask, index):
    execute(index, "INSERT INTO imports VALUES (3, 'asyncio', 'import', NULL, 1, 7)")

    assert [
        ask("imports", *words)[2] for words in (["asynco"], ["asyncio", "--language", "c"])
    ] == [
        "no asynco in this index; did you mean asyncio?\n",
        "asyncio is imported in python, not in c\n",
    ]


@pytest.mark.parametrize(
    ("found", "nothing"),
    [
        (["where", "f"], ["where", "nobody"]),
        (["uses", "g"], ["uses", "f"]),
        (["symbols", "b.c"], ["symbols", "z"]),
        (["imports", "os"], ["imports", "sys"]),
        (["clones", "f"], ["clones", "a::b"]),
    ],
)
def test_with_exit_code_a_question_without_answer_ends_with_1(ask, index, found, nothing):
    execute(index, "INSERT INTO imports VALUES (3, 'os', 'import', NULL, 1, 7)")

    assert [ask(*words, "--exit-code")[0] for words in (found, nothing)] == [0, 1]


@pytest.fixture
def on_disk(index, tmp_path):
    """The root ``left`` is on this disk, with another name than its folder has."""
    folder = tmp_path / "src"
    folder.mkdir()
    (tmp_path / "aside").mkdir()
    (folder / "b.c").write_text("")
    execute(index, "UPDATE roots SET location = ? WHERE name = 'left'", str(folder))
    return folder


@pytest.mark.parametrize(("here", "path"), [("", "src/"), ("src", ""), ("aside", None)])
def test_places_are_paths_that_open_from_the_working_folder(ask, on_disk, monkeypatch, here, path):
    monkeypatch.chdir(on_disk.parent / here)
    place = f"{on_disk}/" if path is None else path
    lines = {
        ("where", "f", "--language", "c", "--type", "function"): f"{place}b.c:1:4  function f\n",
        ("uses", "g", "--path", "b.c"): f"{place}b.c:1:0  call g\n",
        ("uses", "g", "--files", "--path", "b.c"): f"{place}b.c  1\n",
        ("where", "f", "--root", "right"): "right/a.py:3:8  method f  in C\n",
    }
    asked = ["b.c:1", f"{place}b.c:1", f"{on_disk}/b.c:1"]

    assert {words: ask(*words)[1] for words in lines} == lines
    assert [ask("clones", what)[1].count("\n") for what in asked] == [4, 4, 4]


@pytest.mark.parametrize(
    ("words", "what", "meant"),
    [
        (["--type", "metod"], "type metod", "Did you mean method? Known: call, field"),
        (["--language", "pyton"], "language pyton", "Did you mean python? Known: c, python"),
        (["--root", "middle"], "root middle", "Known: left, right."),
        (["--root", ""], "root ''", "Known: left, right."),
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
        "roots",
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


def test_where_the_working_folder_is_gone_paths_are_absolute(ask, on_disk, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path / "aside")
    (tmp_path / "aside").rmdir()

    assert ask("where", "f", "--path", "b.c") == (0, f"{on_disk}/b.c:1:4  function f\n", "")
    assert ask("where", "f", "--path", "b.c", "--vimgrep")[1].startswith(f"{on_disk}/b.c:1:5:")
