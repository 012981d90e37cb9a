"""What readers ask of an index, and that every path comes through the golden join."""

import re
from dataclasses import asdict

import apsw
import pytest

from tasks.index import Index
from tasks.index.answers import OutcomeCount, Symbol
from tasks.index.opening import statement
from tests.tasks.store.conftest import rows

ANY = {"type": None, "language": None, "root": None, "path": None, "scope": None, "limit": -1}


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
        ({"type": "unheard of"}, []),
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
        ({"limit": 0}, []),
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
        ({"type": "inherit"}, []),
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


@pytest.mark.parametrize("name", ["F", "%", "f%", "_", "", "' OR 1 --"])
def test_a_name_that_is_only_like_one_defined_is_not_found(reader, name):
    assert reader.where(name) == []


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
    assert [asdict(use) for use in reader.uses("g", root="right")] == [
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
        OutcomeCount("partial", "the syntax tree holds errors", 1),
        OutcomeCount("skipped", "symbolic link, not followed", 1),
    )
    assert [(sum(entry.files for entry in found),)] == rows(index, "SELECT COUNT(*) FROM files")


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


@pytest.mark.parametrize("name", ["a::b", "F", "%", ""])
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


def plan_of(index, question, params):
    connection = apsw.Connection(str(index), flags=apsw.SQLITE_OPEN_READONLY)
    try:
        return [
            row[3]
            for row in connection.execute(f"EXPLAIN QUERY PLAN {statement(question)}", params)
        ]
    finally:
        connection.close()


@pytest.mark.parametrize(
    ("question", "searched"), [("where", "symbols_by_name"), ("uses", "refs_by_name")]
)
def test_a_question_by_name_is_answered_from_the_index_over_names(index, question, searched):
    plan = plan_of(index, question, {**ANY, "name": "f"})

    assert any(f"USING INDEX {searched} " in step and "name=?" in step for step in plan)


@pytest.mark.parametrize(
    ("question", "params"),
    [("clones_of_name", {"name": "f"}), ("clones_at_place", {"file": "a.py", "line": "4"})],
)
def test_clones_are_found_through_the_index_over_definitions(index, question, params):
    plan = plan_of(index, question, params)

    assert any("USING INDEX symbols_by_definition (definition_hash=?)" in step for step in plan)
    assert not any(re.match(r"SCAN (symbols|files|asts)\b", step) for step in plan)
