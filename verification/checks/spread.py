"""Places of symbols and refs, spread evenly over all contents: what is looked at one by one."""

from collections.abc import Iterator
from typing import Any, Final

import apsw

_MAX_ROWS_OF_LINE: Final = 8

Place = tuple[int, int, int]  # ast_id, line_number, column_number


def spread(connection: apsw.Connection, table: str, count: int) -> list[Place]:
    """Return the places of rows of ``symbols`` or ``refs``, ascending, none twice.

    ``count`` points lie at equal distances on all contents, put end to end; from each the first
    line with rows counts, of its content, and of that line the first rows.
    """
    return sorted(
        {
            (ast_id, line_number, column_number)
            for ast_id, line in _points(connection, count)
            for line_number, column_number in connection.execute(
                f"SELECT line_number, column_number FROM {table}"
                f" WHERE ast_id = :ast_id AND line_number = (SELECT MIN(line_number) FROM {table}"
                " WHERE ast_id = :ast_id AND line_number >= :line)"
                f" ORDER BY column_number LIMIT {_MAX_ROWS_OF_LINE}",
                {"ast_id": ast_id, "line": line},
            )
        }
    )


def _points(connection: apsw.Connection, count: int) -> Iterator[tuple[int, int]]:
    """Yield the AST and the line of each point."""
    first: int | None = connection.execute("SELECT MIN(ast_id) FROM asts").get
    last: int | None = connection.execute("SELECT MAX(ast_id) FROM asts").get
    if first is None or last is None:
        return
    for number in range(count):
        asts, part = divmod(number * (last - first + 1), count)
        nearest: list[tuple[Any, ...]] = connection.execute(
            "SELECT ast_id, 1 + ? * line_count / ? FROM asts WHERE ast_id >= ?"
            " ORDER BY ast_id LIMIT 1",
            (part, count, first + asts),
        ).fetchall()
        yield from ((ast_id, line) for ast_id, line in nearest)
