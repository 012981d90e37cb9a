"""What readers ask of an index, and that every path comes through the golden join."""

import sys
from contextlib import closing
from pathlib import Path

import apsw
import pytest

from tasks.errors import QuestionInvalid
from tasks.index import Index
from tasks.index.answers import (
    File,
    Import,
    Symbol,
    UsingFile,
)
from tasks.index.likeness import halves
from tasks.index.opening import OpenIndex
from tasks.index.statistics import LanguageCount, OutcomeCount, RootCount, TypeCount
from tests.tasks.store.conftest import rows


def execute(database, statement, *params):
    with closing(apsw.Connection(str(database))) as connection:
        connection.execute(statement, params)


def places(found):
    return [(item.root, item.path, item.line, item.column, item.type) for item in found]


C = ("left", "a.c", 2, 0, "prototype")
COPIED_C = ("left", "b.c", 1, 4, "function")
LEFT = ("left", "b.py", 3, 8, "method")
RIGHT = ("right", "a.py", 3, 8, "method")


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ({}, [C, COPIED_C, LEFT, RIGHT]),
        ({"type": "method"}, [LEFT, RIGHT]),
        ({"language": "c"}, [C, COPIED_C]),
        ({"root": "left"}, [C, COPIED_C, LEFT]),
        ({"root": "left", "language": "python", "type": "method"}, [LEFT]),
        ({"root": "right", "language": "c"}, []),
        ({"path": "*.py"}, [LEFT, RIGHT]),
        ({"path": "b*"}, [COPIED_C, LEFT]),
        ({"path": "b"}, []),
        ({"scope": "C"}, [LEFT, RIGHT]),
        ({"scope": "c"}, []),
        ({"limit": 2}, [C, COPIED_C]),
        ({"limit": 0}, [C, COPIED_C, LEFT, RIGHT]),
    ],
)
def test_a_definition_is_found_in_every_file_that_holds_it(reader, filters, expected):
    assert places(reader.where("f", **filters)) == expected


USED = [
    ("left", "a.c", 1, 5, "identifier"),
    ("left", "b.c", 1, 0, "call"),
    ("left", "b.py", 4, 12, "call"),
    ("right", "a.py", 4, 12, "call"),
]


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ({}, USED),
        ({"type": "identifier"}, USED[:1]),
        ({"language": "c", "type": "call"}, USED[1:2]),
        ({"root": "right"}, USED[3:]),
        ({"path": "a.*"}, [USED[0], USED[3]]),
        ({"scope": "C.f"}, USED[2:]),
        ({"limit": 1}, USED[:1]),
    ],
)
def test_a_use_is_found_in_every_file_that_holds_it(reader, filters, expected):
    assert places(reader.uses("g", **filters)) == expected


@pytest.mark.parametrize("name", ["a::b", 'it\'s "100%"'])
def test_a_name_is_taken_literally(reader, name):
    assert [place[:2] for place in places(reader.where(name))] == [
        ("left", "b.py"),
        ("right", "a.py"),
    ]


@pytest.mark.parametrize("name", ["F", "%", "f%", "_", "' OR 1 --"])
def test_a_name_that_is_only_like_one_defined_is_not_found(reader, name):
    assert reader.where(name) == []


@pytest.mark.parametrize(
    ("name", "filters", "expected"),
    [
        ("C.f", {}, [LEFT, RIGHT]),
        ("C::f", {"root": "right"}, [RIGHT]),
        ("b.C.f", {}, [LEFT]),
        ("C.f", {"limit": 1}, [LEFT]),
        ("C.f", {"scope": "C"}, [LEFT, RIGHT]),
        ("C.f", {"language": "c"}, []),
        ("D.f", {}, []),
        ("C.f.", {}, []),
    ],
)
def test_a_name_with_its_scope_in_front_is_found_within_it(reader, name, filters, expected):
    assert places(reader.where(name, **filters)) == expected


def test_a_name_that_holds_the_marks_itself_wins(index):
    execute(index, "UPDATE symbols SET name = 'C.f' WHERE name = 'a::b'")
    with Index(index) as reader:
        assert {symbol.type for symbol in reader.where("C.f")} == {"field"}


def test_a_definition_comes_with_all_that_the_index_knows_of_it(reader):
    assert reader.where("f", root="right") == [
        Symbol(
            root="right",
            path="a.py",
            line=3,
            column=8,
            end_line=4,
            name="f",
            type="method",
            scope="C",
            language="python",
            signature="def f(self):",
        )
    ]


def test_a_use_comes_with_all_that_the_index_knows_of_it(reader):
    assert [use._asdict() for use in reader.uses("g", root="right")] == [
        {
            "root": "right",
            "path": "a.py",
            "line": 4,
            "column": 12,
            "name": "g",
            "type": "call",
            "scope": "C.f",
            "language": "python",
        }
    ]


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ({}, [("left", "a.c", 1), ("left", "b.c", 1), ("left", "b.py", 1), ("right", "a.py", 1)]),
        ({"type": "call"}, [("left", "b.c", 1), ("left", "b.py", 1), ("right", "a.py", 1)]),
        ({"language": "python"}, [("left", "b.py", 1), ("right", "a.py", 1)]),
        ({"root": "right"}, [("right", "a.py", 1)]),
        ({"path": "*.c", "limit": 1}, [("left", "a.c", 1)]),
    ],
)
def test_a_file_that_uses_a_name_is_told_once(reader, filters, expected):
    found = reader.files_using("g", **filters)

    assert [(file.root, file.path, file.uses) for file in found] == expected


def test_all_uses_in_a_file_are_counted_whatever_their_types(index):
    execute(
        index,
        "INSERT INTO refs (ref_id, ast_id, name, ref_type, context, line_number, column_number)"
        " VALUES (4, 3, 'g', 'identifier', '', 1, 0), (5, 3, 'g', 'call', '', 1, 9)",
    )
    with Index(index) as reader:
        assert reader.files_using("g", root="right") == [UsingFile("right", "a.py", "python", 3)]


@pytest.mark.parametrize(
    ("file", "filters", "expected"),
    [
        ("a.py", {}, [("a.py", "f"), ("a.py", "a::b"), ("a.py", 'it\'s "100%"')]),
        ("right/a.py", {"limit": 1}, [("a.py", "f")]),
        ("/right/a.py", {"type": "method"}, [("a.py", "f")]),
        ("b.c", {"root": "left"}, [("b.c", "f")]),
        ("b.c", {"root": "right"}, []),
        ("right/b.c", {}, []),
        ("z", {}, []),
    ],
)
def test_a_file_tells_what_it_defines_in_the_order_of_its_lines(reader, file, filters, expected):
    found = reader.symbols(file, **filters)

    assert [(symbol.path, symbol.name) for symbol in found] == expected


def test_a_path_of_a_root_at_a_commit_means_the_same_to_every_question(index):
    execute(
        index, "UPDATE roots SET revision = 'HEAD', commit_id = ? WHERE name = 'right'", "62" * 20
    )
    with Index(index) as reader:
        found = {
            file: (len(reader.files(file)), len(reader.symbols(file)), len(reader.clones(place)))
            for file in ("/right@626262626262/a.py", "right/a.py", "/right/a.py")
            for place in [f"{file}:3"]
        }

    assert found == {
        "/right@626262626262/a.py": (1, 3, 1),
        "right/a.py": (1, 3, 1),
        "/right/a.py": (0, 0, 0),  # on disk may be anything
    }


def test_a_path_that_several_roots_have_means_all_of_them(index):
    execute(index, "UPDATE files SET path = 'b.py' WHERE path = 'a.py'")
    with Index(index) as reader:
        assert [file.root for file in reader.files("b.py")] == ["left", "right"]


def test_what_became_of_a_file_is_told(reader):
    assert reader.files("left/z") == [
        File("left", "z", None, 0, "skipped", "symbolic link, not followed")
    ]
    assert reader.files("y") == []


def test_an_import_is_found_in_every_file_that_holds_it(index):
    execute(
        index,
        "INSERT INTO imports (ast_id, module, import_kind, line_number, column_number)"
        " VALUES (3, 'os', 'import', 1, 7), (3, 'os.path', 'from', 2, 5)",
    )
    with Index(index) as reader:
        found = reader.imports("os")
        narrowed = reader.imports("os", language="python", root="left", path="b*", limit=1)

    assert found == [
        Import("left", "b.py", 1, 7, "os", "import", "third party", "python"),
        Import("left", "b.py", 2, 5, "os.path", "from", "third party", "python"),
        Import("right", "a.py", 1, 7, "os", "import", "third party", "python"),
        Import("right", "a.py", 2, 5, "os.path", "from", "third party", "python"),
    ]
    assert narrowed == found[:1]


def test_stats_count_files_by_outcome_and_contents_by_language_and_type(reader):
    found = reader.stats()

    assert found.outcomes == reader.status().outcomes
    assert found.languages == (
        LanguageCount("c", files=2, asts=2, size_bytes=18, lines=2),
        LanguageCount("python", files=2, asts=1, size_bytes=9, lines=1),
    )
    assert found.symbols == (
        TypeCount("c", "function", 1),
        TypeCount("c", "prototype", 1),
        TypeCount("python", "field", 2),
        TypeCount("python", "method", 1),
    )
    assert found.uses == (
        TypeCount("c", "call", 1),
        TypeCount("c", "identifier", 1),
        TypeCount("python", "call", 1),
    )


def test_questions_are_counted_by_their_kind(index):
    with Index(index) as reader:
        reader.where("f")
        reader.where("nobody")
        reader.clones("f")
    with Index(index) as reader:
        found = reader.stats().questions

    assert [(times.kind, times.queries) for times in found] == [("clones", 1), ("where", 2)]


def test_the_words_that_filters_may_name_are_those_of_the_index(reader):
    assert reader.words() == {
        "language": ["c", "python"],
        "root": ["left", "right"],
        "type": ["call", "field", "function", "identifier", "method", "prototype"],
    }


NAMES = ("netif_receive", "netif_rx", "NETIF_RX", "rx", "parseHttpHeader", 'x"y"z')


@pytest.fixture
def naming(index):
    for name in NAMES:
        execute(
            index,
            "INSERT INTO symbol_names (name, words, definitions) VALUES (?, '', 1)",
            name,
        )
    execute(
        index, "INSERT INTO symbol_names_substrings (symbol_names_substrings) VALUES ('rebuild')"
    )
    with Index(index) as reader:
        yield reader


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ("netif_recieve", ["netif_receive"]),
        ("netif_receiv", ["netif_receive"]),
        ("Netif_Rx", ["netif_rx", "NETIF_RX"]),
        ("parsehttpheader", ["parseHttpHeader"]),
        ("RX", ["rx"]),
        ('x"y"', []),
        ('x"y"q', ['x"y"z']),
        ("nothing like it", []),
        ("", []),
        ("\0" * 6, []),
        ("é", []),
    ],
)
def test_a_name_without_answer_has_names_like_it(naming, asked, expected):
    assert sorted(naming.names_like(asked)) == sorted(expected)


@pytest.mark.parametrize(
    ("name", "asked"),
    [
        ("", '"\x1f\x1f\x1f"'),
        ("ab", '"\x1f\x1f\x1f"'),
        ("abcdef", '("abc") OR ("def")'),
        ("abcabcabcabc", '("abc" AND "bca" AND "cab")'),
        ('x"y"z', '("x""y")'),
        ("x" * 100_000, '("xxx")'),
    ],
)
def test_a_name_is_compared_by_the_trigrams_of_its_halves_each_once(name, asked):
    assert halves(name) == asked


def test_a_name_of_any_length_is_compared_by_so_many_trigrams():
    long = "".join(f"{number:05}" for number in range(20_000))

    assert [half.count(" AND ") for half in halves(long).split(" OR ")] == [63, 63]


def test_a_long_name_has_names_like_it(index):
    long = "_".join(f"part{number}" for number in range(27))
    execute(index, "INSERT INTO symbol_names (name, words, definitions) VALUES (?, '', 1)", long)
    with Index(index) as reader:
        found = [reader.names_like(slip) for slip in (f"{long}s", f"p{long[2:]}", f"{long}s" * 2)]

    assert found == [[long], [long], []]


def test_a_name_is_never_like_itself(naming):
    assert naming.names_like("netif_rx") == ["NETIF_RX"]


def test_no_more_names_than_asked_for_are_alike(naming):
    assert len(naming.names_like("netif_rx", limit=1)) == 1


def test_a_module_without_answer_has_modules_like_it(index):
    for line, module in enumerate(("asyncio", "os", "os.path", "net/http"), 1):
        execute(index, "INSERT INTO imports VALUES (3, ?, 'import', NULL, ?, 7)", module, line)
    with Index(index) as reader:
        found = {asked: reader.modules_like(asked) for asked in ("asynco", "Os", "x", "net/htp")}

    assert found == {"asynco": ["asyncio"], "Os": ["os"], "x": [], "net/htp": ["net/http"]}


def test_a_file_without_answer_has_files_whose_paths_end_alike(index):
    execute(index, "UPDATE files SET path = 'net/' || path WHERE path = 'b.py'")
    execute(index, "UPDATE files SET path = 'a/net/b.py' WHERE path = 'b.c'")
    with Index(index) as reader:
        asked = {file: reader.files_like(file) for file in ("net/b.py", "x/b.py", ".py", "b/", "")}

    both = [("left", "net/b.py"), ("left", "a/net/b.py")]
    assert asked == {"net/b.py": both, "x/b.py": both, ".py": [], "b/": [], "": []}


def test_a_language_without_contents_is_known_and_not_listed(index):
    execute(
        index,
        "INSERT INTO parser_versions VALUES (3, 'rust', 'rust', '1', zeroblob(32), 1, ?)",
        b"\x03" * 32,
    )
    with Index(index) as reader:
        assert (reader.languages(), reader.words()["language"]) == (
            ["c", "python", "rust"],
            ["c", "python"],
        )
        assert reader.where("f", language="rust") == list(reader.search("f", language="rust")) == []
        with pytest.raises(QuestionInvalid) as refused:
            reader.search("f", language="rst")

    assert refused.value.next_step == "Did you mean rust? Known: c, python."


@pytest.mark.parametrize(
    ("used", "as_", "expected"),
    [
        ([], "call", ("a::b", 0)),
        (["g"], "call", ("a::b", 0)),
        (["f"], "identifier", ("f", 1)),
        (["a::b", "called_one"], "call", ("called_one", 1)),
    ],
)
def test_a_name_to_try_is_used_where_there_is_such_a_name(index, used, as_, expected):
    execute(index, "DELETE FROM refs")
    execute(index, "UPDATE symbols SET name = 'called_one' WHERE symbol_type = 'method'")
    for name in used:
        execute(
            index,
            "INSERT INTO refs (ref_id, ast_id, name, ref_type, context, line_number, column_number)"
            " VALUES (1, 1, ?, ?, '', 1, 0)",
            name,
            as_,
        )
    with closing(OpenIndex(index)) as opened:
        assert opened.ask("a_name_to_try") == [expected]


def test_an_empty_index_defines_and_uses_nothing(empty):
    with Index(empty) as reader:
        assert (reader.where("f"), reader.uses("f"), reader.clones("f")) == ([], [], [])


def test_status_counts_every_table_in_one_order(reader):
    assert list(reader.status().counts.items()) == [
        ("roots", 2),
        ("files", 5),
        ("asts", 3),
        ("symbols", 5),
        ("refs", 3),
        ("imports", 0),
        ("definition_docs", 0),
    ]


def test_outcomes_sum_to_the_files_found(reader, index):
    found = reader.status().outcomes

    assert found == (
        OutcomeCount("indexed", None, 3),
        OutcomeCount("partial", "syntax errors", 1),
        OutcomeCount("skipped", "symbolic link, not followed", 1),
    )
    assert [(sum(entry.files for entry in found),)] == rows(index, "SELECT COUNT(*) FROM files")


def test_roots_are_counted_by_outcome_the_broken_first_then_those_of_most_files(index):
    execute(
        index,
        "INSERT INTO roots (root_id, name, location, revision, problem) "
        "VALUES (3, 'zoo', '/zoo.git', 'v1', 'git cannot list it')",
    )
    execute(
        index,
        "INSERT INTO roots (root_id, name, location, revision, commit_id) "
        "VALUES (4, 'few', '/few', 'main', '1a2b')",
    )
    with Index(index) as reader:
        found = reader.status().roots
        counted = reader.stats().roots

    assert counted == found
    assert found == (
        RootCount("zoo", "/zoo.git", "v1", None, "git cannot list it", 0, 0, 0, 0, 0),
        RootCount("left", "/left", None, None, None, 4, 2, 1, 1, 0),
        RootCount("right", "/right", None, None, None, 1, 1, 0, 0, 0),
        RootCount("few", "/few", "main", "1a2b", None, 0, 0, 0, 0, 0),
    )


def test_status_says_which_file_it_speaks_of_and_that_no_run_made_it(reader, index):
    found = reader.status()

    assert (found.index, found.generation, found.schema) == (str(index), "index.db", 5)
    assert (found.size_bytes, found.run) == (index.stat().st_size, None)


IDENTICAL = [("left", "b.c", "f"), ("left", "b.py", "f"), ("right", "a.py", "f")]


def cloned(reader, what):
    return [
        (place.root, place.path, place.name)
        for group in reader.clones(what)
        for place in group.places
    ]


def test_definitions_identical_to_one_of_a_name_are_found_in_every_file(reader):
    assert cloned(reader, "f") == IDENTICAL


def test_clones_come_with_their_hash_and_their_roots(reader):
    (found,) = reader.clones("f")

    assert (found.definition, found.roots) == ("00" * 8, ("left", "right"))


@pytest.mark.parametrize("name", ["a::b", "F", "%"])
def test_a_name_without_a_body_or_of_nothing_has_no_clones(reader, name):
    assert reader.clones(name) == []


@pytest.mark.parametrize(
    ("place", "expected"),
    [
        ("a.py:4", IDENTICAL),
        ("right/a.py:3", IDENTICAL),
        ("left/b.c:2:17", IDENTICAL),
        ("a.py:5", []),  # a field: no body
        ("left/a.py:4", []),
        ("a.c:2", []),
        ("./z:1", []),
    ],
)
def test_a_place_stands_for_the_definition_around_it(reader, place, expected):
    assert cloned(reader, place) == expected


def test_of_nested_definitions_the_innermost_is_meant(index):
    connection = apsw.Connection(str(index))
    connection.execute(
        "INSERT INTO symbols (ast_id, name, symbol_type, line_number, column_number, end_line,"
        " definition_hash) VALUES (3, 'C', 'class', 1, 6, 9, x'01'), (3, 'g', 'method', 6, 8, 7,"
        " x'02')"
    )
    connection.close()
    with Index(index) as reader:
        found = [cloned(reader, f"b.py:{line}") for line in (1, 4, 7)]

    assert [[name for *_, name in places] for places in found] == [
        ["C", "C"],
        ["f", "f", "f"],
        ["g", "g"],
    ]


@pytest.mark.parametrize(
    ("ask", "what"),
    [
        (lambda index: index.where("f", type="metod"), "type metod"),
        (lambda index: index.uses("g", language="pyton"), "language pyton"),
        (lambda index: index.files_using("g", root="middle"), "root middle"),
        (lambda index: index.symbols("a.py", type="metod"), "type metod"),
        (lambda index: index.imports("os", origin="locl"), "origin locl"),
        (lambda index: index.docs(["f"], root="middle"), "root middle"),
    ],
)
def test_a_filter_that_names_what_is_not_there_is_refused(reader, ask, what):
    with pytest.raises(QuestionInvalid, match=f"this index has no {what}"):
        ask(reader)


@pytest.mark.parametrize(
    ("ask", "words"),
    [
        (lambda index, filters: index.where("f", **filters), ["type", "language", "root"]),
        (lambda index, filters: index.uses("g", **filters), ["type", "language", "root"]),
        (lambda index, filters: index.files_using("g", **filters), ["type", "language", "root"]),
        (lambda index, filters: index.symbols("a.py", **filters), ["type", "root"]),
        (lambda index, filters: index.imports("os", **filters), ["origin", "language", "root"]),
        (lambda index, filters: index.docs(["f"], **filters), ["language", "root"]),
        (lambda index, filters: index.search("f", **filters), ["types", "language", "root"]),
    ],
)
def test_an_empty_filter_is_refused_by_every_question(reader, ask, words):
    said = []
    for word in words:
        with pytest.raises(QuestionInvalid) as refused:
            ask(reader, {word: ""})
        said.append(refused.value.what)

    assert said == [f"this index has no {word.removesuffix('s')} ''" for word in words]


@pytest.mark.parametrize(
    "ask",
    [
        lambda index: index.where("f", limit=-1),
        lambda index: index.search("f", limit=-1),
        lambda index: index.uses("g", limit=-1),
        lambda index: index.files_using("g", limit=-1),
        lambda index: index.symbols("a.py", limit=-1),
        lambda index: index.imports("os", limit=-1),
        lambda index: index.docs(["f"], limit=-1),
    ],
)
def test_a_negative_limit_is_refused(reader, ask):
    with pytest.raises(QuestionInvalid, match=r"^-1 is no limit"):
        ask(reader)


def test_an_empty_scope_is_the_top_level_for_definitions_and_uses(reader):
    defined = [(symbol.path, symbol.scope) for symbol in reader.where("f", scope="")]

    assert defined == [("b.c", None)]
    assert [use.path for use in reader.uses("g", scope="")] == ["b.c"]


@pytest.mark.parametrize(
    ("ask", "what"),
    [
        (lambda index: index.where(""), "the name is empty"),
        (lambda index: index.where(b"f"), "the name is of type bytes, and no text"),
        (lambda index: index.where("f", path=""), "the path is empty"),
        (lambda index: index.where("f", path=["*.c"]), "the path is of type list, and no text"),
        (lambda index: index.where("f", scope=b"C"), "the scope is of type bytes, and no text"),
        (lambda index: index.where("f", limit="1"), "1 is no limit"),
        (lambda index: index.where("f", limit=True), "True is no limit"),
        (lambda index: index.where("f", limit=10**20), "100000000000000000000 is no limit"),
        (lambda index: index.search("f", limit=sys.maxsize), "9223372036854775807 is no limit"),
        (lambda index: index.uses(b"g"), "the name is of type bytes, and no text"),
        (lambda index: index.uses("g", type=b"call"), "the type is of type bytes, and no text"),
        (lambda index: index.files_using(""), "the name is empty"),
        (lambda index: index.symbols(b"a.py"), "the path is of type bytes, and no text"),
        (lambda index: index.symbols(None), "the path is of type NoneType, and no text"),
        (lambda index: index.symbols(5), "the path is of type int, and no text"),
        (lambda index: index.files(""), "the path is empty"),
        (lambda index: index.files(["x"]), "the path is of type list, and no text"),
        (lambda index: index.imports(""), "the module is empty"),
        (lambda index: index.imports("os", root=b"left"), "the root is of type bytes, and no text"),
        (lambda index: index.clones(""), "the name is empty"),
        (lambda index: index.docs(b"f"), "the word is of type bytes, and no text"),
        (lambda index: index.docs([b"f"]), "the word is of type bytes, and no text"),
        (lambda index: index.search(b"f"), "the pattern is of type bytes, and no text"),
        (lambda index: index.search("f", types=[b"C"]), "the type is of type bytes, and no text"),
        (lambda index: index.search("f", mode="nomode"), "search has no mode nomode"),
        (lambda index: index.search("a[", mode="regex"), "the regular expression is broken"),
    ],
)
def test_what_is_no_question_is_refused_instead_of_finding_nothing(reader, ask, what):
    with pytest.raises(QuestionInvalid, match=f"^{what}"):
        ask(reader)


@pytest.mark.parametrize(
    "ask",
    [
        lambda index, text: index.where(text),
        lambda index, text: index.where(f"f.{text}"),
        lambda index, text: index.where("f", path=text),
        lambda index, text: index.where("f", root=text),
        lambda index, text: index.search(text),
        lambda index, text: index.search("f", path=text),
        lambda index, text: index.uses(text),
        lambda index, text: index.uses("g", scope=text),
        lambda index, text: index.files_using(text),
        lambda index, text: index.symbols(text),
        lambda index, text: index.symbols(Path(text)),
        lambda index, text: index.imports(text),
        lambda index, text: index.clones(text),
        lambda index, text: index.clones(f"{text}.py:1"),
        lambda index, text: index.files(text),
        lambda index, text: index.docs(["f"], path=text),
    ],
)
def test_what_is_not_utf_8_is_refused(reader, ask):
    with pytest.raises(QuestionInvalid, match=r"^'[a-z.]*\\ud800(\.py:1)?' is not UTF-8$"):
        ask(reader, "a\ud800")


@pytest.mark.parametrize("most", [0, sys.maxsize - 1])
def test_the_largest_limit_is_none_and_so_is_0(reader, most):
    assert reader.where("f", limit=most) == reader.where("f")
    assert reader.search("f", limit=most) == reader.search("f", limit=None)
    assert reader.uses("g", limit=most) == reader.uses("g")
    assert reader.files_using("g", limit=most) == reader.files_using("g")
    assert reader.symbols("a.py", limit=most) == reader.symbols("a.py")
    assert reader.imports("os", limit=most) == reader.imports("os")
    assert reader.docs(["f"], limit=most) == reader.docs(["f"])


def test_a_path_can_be_a_path_object(reader):
    assert reader.symbols(Path("right/a.py")) == reader.symbols("right/a.py") != []
    assert reader.files(Path("left/z")) == reader.files("left/z") != []
