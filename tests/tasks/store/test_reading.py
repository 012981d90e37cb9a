"""What readers ask of an index, and that every path comes through the golden join."""

import re

import apsw
import pytest

from tasks.store.connection import open_read_only
from tasks.store.reading import ask, facts_of, query
from tests.tasks.store.conftest import BROKEN, COPIED, PYTHON, rows
from tests.tasks.store.conftest import C as C_PARSER

ANY = {"type": None, "language": None, "root": None}


@pytest.fixture
def reader(index):
    connection = open_read_only(index)
    yield connection
    connection.close()


def places(reader, question, name, **filters):
    found = ask(reader, question, **{**ANY, "name": name, **filters})
    return [(row["root"], row["path"], row["line"], row["column"], row["type"]) for row in found]


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
    ],
)
def test_a_definition_is_found_in_every_file_that_holds_it(reader, filters, expected):
    assert places(reader, "where_defined", "f", **filters) == expected


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        (
            {},
            [
                ("left", "a.c", 1, 5, "identifier"),
                ("left", "b.c", 1, 0, "call"),
                ("left", "b.py", 4, 12, "call"),
                ("right", "a.py", 4, 12, "call"),
            ],
        ),
        ({"type": "identifier"}, [("left", "a.c", 1, 5, "identifier")]),
        ({"language": "c", "type": "call"}, [("left", "b.c", 1, 0, "call")]),
        ({"root": "right"}, [("right", "a.py", 4, 12, "call")]),
        ({"type": "inherit"}, []),
    ],
)
def test_a_reference_is_found_in_every_file_that_holds_it(reader, filters, expected):
    assert places(reader, "which_files_reference", "g", **filters) == expected


@pytest.mark.parametrize("name", ["a::b", 'it\'s "100%"'])
def test_a_name_is_taken_literally(reader, name):
    assert [place[:2] for place in places(reader, "where_defined", name)] == [
        ("left", "b.py"),
        ("right", "a.py"),
    ]


@pytest.mark.parametrize("name", ["F", "%", "f%", "_", "", "' OR 1 --"])
def test_a_name_that_is_only_like_one_defined_is_not_found(reader, name):
    assert places(reader, "where_defined", name) == []


def test_a_definition_comes_with_all_that_the_index_knows_of_it(reader):
    assert ask(reader, "where_defined", **{**ANY, "name": "f", "root": "right"}) == [
        {
            "root": "right",
            "path": "a.py",
            "line": 3,
            "column": 8,
            "name": "f",
            "type": "method",
            "scope": "C",
            "language": "python",
            "end_line": 4,
            "signature": "def f(self):",
        }
    ]


def test_an_empty_index_defines_and_references_nothing(empty):
    reader = open_read_only(empty)

    assert ask(reader, "where_defined", **ANY, name="f") == []
    assert ask(reader, "which_files_reference", **ANY, name="f") == []


def test_facts_belong_to_a_content_under_a_parser_version(reader):
    assert facts_of(reader, PYTHON, COPIED) == (b"\x02", False)
    assert facts_of(reader, C_PARSER, BROKEN) == (b"\x01", True)


@pytest.mark.parametrize(
    ("fingerprint", "digest"),
    [(bytes(32), COPIED), (PYTHON, bytes(32))],
    ids=["parser version", "content"],
)
def test_another_content_or_another_parser_version_has_no_facts(reader, fingerprint, digest):
    assert facts_of(reader, fingerprint, digest) is None


def test_counts_name_every_table_in_one_order(reader):
    assert [tuple(row.values()) for row in ask(reader, "counts")] == [
        ("roots", 2),
        ("files", 5),
        ("asts", 3),
        ("symbols", 5),
        ("refs", 3),
        ("imports", 0),
        ("definition_docs", 0),
    ]


def test_outcomes_sum_to_the_files_found(reader, index):
    found = ask(reader, "outcomes")

    assert [(row["outcome"], row["reason"], row["files"]) for row in found] == [
        ("indexed", None, 3),
        ("partial", "the syntax tree holds errors", 1),
        ("skipped", "symbolic link, not followed", 1),
    ]
    assert [(sum(row["files"] for row in found),)] == rows(index, "SELECT COUNT(*) FROM files")


@pytest.mark.parametrize(
    ("question", "searched"),
    [("where_defined", "symbols_by_name"), ("which_files_reference", "refs_by_name")],
)
def test_a_question_by_name_is_answered_from_the_index_over_names(reader, question, searched):
    plan = reader.execute(f"EXPLAIN QUERY PLAN {query(question)}", {**ANY, "name": "f"})

    assert any(f"USING INDEX {searched} " in row[3] and "name=?" in row[3] for row in plan)


def clones(reader, question, **params):
    return [(row["root"], row["path"], row["name"]) for row in ask(reader, question, **params)]


IDENTICAL = [("left", "b.c", "f"), ("left", "b.py", "f"), ("right", "a.py", "f")]


def test_definitions_identical_to_one_of_a_name_are_found_in_every_file(reader):
    assert clones(reader, "clones_of_name", name="f") == IDENTICAL


@pytest.mark.parametrize("name", ["a::b", "F", "%", ""])
def test_a_name_without_a_body_or_of_nothing_has_no_clones(reader, name):
    assert clones(reader, "clones_of_name", name=name) == []


@pytest.mark.parametrize(
    ("file", "line", "expected"),
    [
        ("a.py", "4", IDENTICAL),
        ("right/a.py", "3", IDENTICAL),
        ("left/b.c", "2", IDENTICAL),
        ("a.py", "5", []),  # a field: no body
        ("left/a.py", "4", []),
        ("a.c", "2", []),
        ("z", "1", []),
    ],
)
def test_a_place_stands_for_the_definition_around_it(reader, file, line, expected):
    assert clones(reader, "clones_at_place", file=file, line=line) == expected


def test_of_nested_definitions_the_innermost_is_meant(index):
    connection = apsw.Connection(str(index))
    connection.execute(
        "INSERT INTO symbols (ast_id, name, symbol_type, line_number, column_number, end_line,"
        " definition_hash) VALUES (3, 'C', 'class', 1, 6, 9, x'01'), (3, 'g', 'method', 6, 8, 7,"
        " x'02')"
    )
    found = [clones(connection, "clones_at_place", file="b.py", line=line) for line in "147"]
    connection.close()

    assert [[name for *_, name in places] for places in found] == [
        ["C", "C"],
        ["f", "f", "f"],
        ["g", "g"],
    ]


@pytest.mark.parametrize(
    ("question", "params"),
    [("clones_of_name", {"name": "f"}), ("clones_at_place", {"file": "a.py", "line": "4"})],
)
def test_clones_are_found_through_the_index_over_definitions(reader, question, params):
    plan = [row[3] for row in reader.execute(f"EXPLAIN QUERY PLAN {query(question)}", params)]

    assert any("USING INDEX symbols_by_definition (definition_hash=?)" in step for step in plan)
    assert not any(re.match(r"SCAN (symbols|files|asts)\b", step) for step in plan)
