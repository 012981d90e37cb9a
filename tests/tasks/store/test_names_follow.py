"""Names and their search follow what is deleted, whoever deletes it and however."""

import sqlite3
from contextlib import closing

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.tasks.store.conftest import new_index, rows

NAMES = "SELECT name, definitions FROM symbol_names ORDER BY name"
FILL = """
INSERT INTO symbol_names (name, words, definitions) VALUES
    ('f', 'f', 3), ('a::b', 'a b', 1), ('it''s "100%"', 'it s 100', 1)
"""
LEFT = """
SELECT
    (SELECT COUNT(*) FROM symbols) + (SELECT COUNT(*) FROM refs)
    + (SELECT COUNT(*) FROM symbol_kinds) + (SELECT COUNT(*) FROM imports)
    + (SELECT COUNT(*) FROM definition_docs)
"""
SEARCHES = ("symbol_names_substrings", "symbol_names_words")
PARSER = "INSERT INTO parser_versions VALUES (1, 'c', 'c', '1', zeroblob(32), 1, zeroblob(32))"


def shell(database, *statements, foreign_keys=False):
    """Run statements as a plain SQLite shell would."""
    with closing(sqlite3.connect(database, isolation_level=None)) as connection:
        connection.execute(f"PRAGMA foreign_keys = {foreign_keys}")
        for statement in statements:
            connection.execute(statement)


def drifted(database):
    """Name the searches that do not hold what the names are, by FTS5's own check."""
    return [table for table in SEARCHES if not is_sound(database, table)]


def is_sound(database, table):
    try:
        shell(database, f"INSERT INTO {table} ({table}, rank) VALUES ('integrity-check', 1)")
    except sqlite3.DatabaseError:
        return False
    return True


@pytest.fixture
def named(index):
    shell(index, FILL)
    return index


@pytest.mark.parametrize("foreign_keys", [False, True])
def test_a_name_goes_with_its_last_symbol_and_is_counted_down_before(named, foreign_keys):
    shell(named, "DELETE FROM asts WHERE ast_id = 3", foreign_keys=foreign_keys)

    assert rows(named, NAMES) == [("f", 2)]
    assert drifted(named) == []


@pytest.mark.parametrize("foreign_keys", [False, True])
def test_an_ast_goes_whole(named, foreign_keys):
    shell(
        named,
        "INSERT INTO symbol_kinds VALUES (1, 'function')",
        "INSERT INTO imports VALUES (1, 'm', 'import', NULL, 1, 0)",
        "INSERT INTO definition_docs VALUES (1, 1, 0, 'doc')",
        "DELETE FROM asts",
        foreign_keys=foreign_keys,
    )

    assert rows(named, LEFT) == [(0,)]
    assert rows(named, NAMES) == []
    assert drifted(named) == []


def test_asts_that_a_foreign_key_deletes_take_their_names_along(named):
    shell(named, "DELETE FROM parser_versions WHERE language = 'python'", foreign_keys=True)

    assert rows(named, NAMES) == [("f", 2)]
    assert drifted(named) == []


def test_single_symbols_count_as_well(named):
    shell(named, "DELETE FROM symbols WHERE name = 'f' AND ast_id < 3")

    assert rows(named, NAMES) == [("a::b", 1), ("f", 1), ('it\'s "100%"', 1)]
    assert drifted(named) == []


def test_names_that_differ_in_case_alone_are_counted_apart(named):
    shell(
        named,
        "INSERT INTO symbol_names (name, words, definitions) VALUES ('F', 'f', 1)",
        "DELETE FROM symbols WHERE name = 'f'",
    )

    assert rows(named, NAMES) == [("F", 1), ("a::b", 1), ('it\'s "100%"', 1)]
    assert drifted(named) == []


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM symbol_names",
        "DELETE FROM symbol_names WHERE name = 'f'",
        "UPDATE symbol_names SET name = 'gh' || name",
        "UPDATE symbol_names SET words = 'gh'",
        "UPDATE symbol_names SET name_id = name_id + 100",
        "INSERT INTO symbol_names (name, words, definitions) VALUES ('ghost', 'ghost', 1)",
    ],
)
def test_search_follows_whatever_becomes_of_a_name(named, statement):
    shell(named, statement)

    assert drifted(named) == []


def test_a_deletion_that_is_rolled_back_leaves_names_and_search_as_they_were(named):
    before = rows(named, NAMES)
    shell(named, "BEGIN", "DELETE FROM asts", "ROLLBACK")

    assert rows(named, NAMES) == before
    assert drifted(named) == []


@settings(max_examples=30, deadline=None)
@given(
    symbols=st.lists(
        st.tuples(st.integers(1, 4), st.sampled_from(["a", "A", "ab", "é", "x::y"])), max_size=12
    ),
    gone=st.lists(st.integers(1, 4), max_size=4),
    foreign_keys=st.booleans(),
)
def test_names_are_those_of_the_symbols_left(tmp_path_factory, symbols, gone, foreign_keys):
    index = new_index(tmp_path_factory.mktemp("names") / "index.db")
    with closing(sqlite3.connect(index, isolation_level=None)) as connection:
        connection.execute(f"PRAGMA foreign_keys = {foreign_keys}")
        connection.execute(PARSER)
        connection.executemany(
            "INSERT INTO asts VALUES"
            " (?1, CAST(printf('%032d', ?1) AS BLOB), 1, 0, 0, 0, 'utf-8', x'00')",
            [(ast_id,) for ast_id in range(1, 5)],
        )
        connection.executemany(
            "INSERT INTO symbols (ast_id, name, symbol_type, line_number, column_number, end_line)"
            " VALUES (?, ?, 'function', ?, 0, 99)",
            [(ast_id, name, line) for line, (ast_id, name) in enumerate(symbols, 1)],
        )
        connection.execute(
            "INSERT INTO symbol_names (name, words, definitions)"
            " SELECT name, lower(name), COUNT(*) FROM symbols GROUP BY name"
        )
        for ast_id in gone:
            connection.execute("DELETE FROM asts WHERE ast_id = ?", (ast_id,))

    assert rows(index, NAMES) == rows(
        index, "SELECT name, COUNT(*) FROM symbols GROUP BY name ORDER BY name"
    )
    assert drifted(index) == []
