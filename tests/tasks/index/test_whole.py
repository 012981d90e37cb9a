from contextlib import closing

import apsw
import pytest

from tasks.index import whole
from tasks.index.answers import Symbol, Use
from tasks.index.opening import statement

SYMBOL = (
    "root, path, line_number, column_number, end_line, name, symbol_type, scope, language,"
    " signature"
)
USE = "root, path, line_number, column_number, name, ref_type, context, language"


@pytest.fixture
def connection(index):
    with closing(apsw.Connection(str(index))) as connection:
        yield connection


def rows(connection, columns, view, root):
    order = "root, path, line_number, column_number"
    where = f"WHERE root = '{root}'" if root else ""
    return connection.execute(f"SELECT {columns} FROM {view} {where} ORDER BY {order}").fetchall()


@pytest.mark.parametrize("root", [None, "left", "right"])
def test_symbols_and_uses_are_those_of_the_golden_join_in_the_order_of_their_places(
    connection, root
):
    connection.execute(
        "INSERT INTO refs (ref_id, ast_id, name, ref_type, context, line_number, column_number)"
        " VALUES (4, 3, 'a', 'call', '', 9, 0), (5, 3, 'z', 'call', '', 2, 7),"
        " (6, 3, 'z', 'call', '', 2, 0)"
    )
    symbols = list(whole.all_symbols(connection, root))
    uses = list(whole.all_uses(connection, root))

    assert symbols == [Symbol(*row) for row in rows(connection, SYMBOL, "golden_symbols", root)]
    assert uses == [Use(*row) for row in rows(connection, USE, "golden_refs", root)]


def test_every_file_with_an_ast_comes_once_with_its_symbols(connection):
    found = list(whole.files_with_symbols(connection, None))

    assert [(file.root, file.path, len(file.symbols)) for file in found] == [
        ("left", "a.c", 1),
        ("left", "b.c", 1),
        ("left", "b.py", 3),
        ("right", "a.py", 3),
    ]
    assert {(entry.root, entry.path) for file in found for entry in file.symbols} == {
        (file.root, file.path) for file in found
    }


def test_of_uses_only_those_of_names_that_the_root_defines_are_told(connection):
    connection.execute(
        "INSERT INTO symbols (ast_id, name, symbol_type, line_number, column_number, end_line)"
        " VALUES (2, 'g', 'function', 9, 0, 9)"
    )
    connection.execute("INSERT INTO symbol_kinds (ast_id, symbol_type) VALUES (2, 'function')")
    used = {
        root: [use.name for file in whole.files_with_all(connection, root) for use in file.uses]
        for root in ("left", "right")
    }

    assert used == {"left": ["g", "g", "g"], "right": []}


def test_docstrings_come_with_the_place_of_the_name_that_they_document(connection):
    connection.execute("INSERT INTO definition_docs VALUES (3, 3, 8, 'An f.'), (3, 1, 0, 'File.')")
    found = {file.path: file.docstrings for file in whole.files_with_all(connection, "left")}

    assert found == {"a.c": {}, "b.c": {}, "b.py": {(3, 8): "An f."}}


def test_roots_have_their_locations(connection):
    assert whole.roots(connection) == {"left": "/left", "right": "/right"}


@pytest.mark.parametrize("question", ["symbols_of_file", "uses_of_file", "docstrings_of_file"])
def test_a_file_is_read_by_the_identity_of_its_ast_and_nothing_large_is_scanned(
    connection, question
):
    plan = connection.execute(f"EXPLAIN QUERY PLAN {statement(question)}", {"file": 1})
    steps = [step[3] for step in plan]

    assert any(step.startswith("SEARCH files USING INTEGER PRIMARY KEY") for step in steps)
    assert [step for step in steps if step.startswith("SCAN") and "roots" not in step] == []


def test_whether_a_root_defines_a_name_is_looked_up_by_type_and_name(connection):
    asked = {"name": "f", "root": "left", "types": "[]"}
    plan = connection.execute(f"EXPLAIN QUERY PLAN {statement('is_defined_in_root')}", asked)

    assert "SEARCH symbols USING INDEX symbols_by_name (symbol_type=? AND name=?)" in {
        step[3] for step in plan
    }
