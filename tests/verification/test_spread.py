"""Rows that checks look at one by one are spread over all contents, and over their lines."""

from contextlib import closing

import apsw

from verification.checks.spread import spread

ROWS_OF_LINE = 20


def filled(lines: dict[int, int]) -> apsw.Connection:
    """Make contents of so many lines by their ids, with a ref on each line but the last."""
    connection = apsw.Connection(":memory:")
    connection.execute(
        "CREATE TABLE asts (ast_id, line_count);"
        "CREATE TABLE refs (ast_id, line_number, column_number)"
    )
    connection.executemany("INSERT INTO asts VALUES (?, ?)", lines.items())
    connection.executemany(
        "INSERT INTO refs VALUES (?, ?, 0)",
        [(ast_id, line) for ast_id, count in lines.items() for line in range(1, count)],
    )
    return connection


def test_points_of_a_few_contents_fall_on_all_of_their_lines():
    with closing(filled({4: 10, 9: 5})) as connection:
        found = spread(connection, "refs", 100)

    assert found == [
        *((4, line, 0) for line in range(1, 10)),
        *((9, line, 0) for line in range(1, 5)),
    ]


def test_points_of_many_contents_reach_all_parts_of_them_and_other_lines_in_each():
    with closing(filled(dict.fromkeys(range(1, 1001), 50))) as connection:
        found = spread(connection, "refs", 70)
    tenths = {(ast_id - 1) // 100 for ast_id, *_ in found}
    lines = {line // 10 for _, line, _ in found}

    assert (tenths, lines) == (set(range(10)), set(range(5)))


def test_a_line_gives_its_first_rows_alone():
    with closing(filled({1: 2})) as connection:
        connection.executemany(
            "INSERT INTO refs VALUES (1, 1, ?)", [(column,) for column in range(1, ROWS_OF_LINE)]
        )
        found = spread(connection, "refs", 5)

    assert found == [(1, 1, column) for column in range(8)]


def test_where_nothing_is_nothing_is_found():
    with closing(filled({})) as connection:
        assert spread(connection, "refs", 5) == []
