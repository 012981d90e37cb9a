"""Uses of a name that one file holds often and others seldom: two ways lead to the same answers."""

from contextlib import closing

import apsw
import pytest

from tasks.index import Index
from tasks.index.answers import Use, UsingFile

OFTEN = 40


@pytest.fixture
def lopsided(index):
    """Beside its one use in each file, ``g`` is called often in the broken one."""
    with closing(apsw.Connection(str(index))) as connection, connection:
        connection.executemany(
            "INSERT INTO refs (ref_id, ast_id, name, ref_type, context, line_number, column_number)"
            " VALUES (0, 2, 'g', 'call', 'h', ?, 0)",
            [(line,) for line in range(OFTEN, 0, -1)],
        )
    with Index(index) as reader:
        yield reader


CALLS = [Use("left", "a.c", line, 0, "g", "call", "h", "c") for line in range(1, OFTEN + 1)]
IN_BROKEN = [CALLS[0], Use("left", "a.c", 1, 5, "g", "identifier", "f", "c"), *CALLS[1:]]
IN_C = [*IN_BROKEN, Use("left", "b.c", 1, 0, "g", "call", "", "c")]
IN_PYTHON = [
    Use("left", "b.py", 4, 12, "g", "call", "C.f", "python"),
    Use("right", "a.py", 4, 12, "g", "call", "C.f", "python"),
]


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ({}, IN_C + IN_PYTHON),
        ({"language": "python"}, IN_PYTHON),
        ({"path": "b.*"}, [IN_C[-1], IN_PYTHON[0]]),
        ({"path": "b.*", "scope": "C.f"}, IN_PYTHON[:1]),
        ({"path": "b.*", "type": "identifier"}, []),
        ({"root": "left", "path": "a.c"}, IN_BROKEN),
        ({"type": "identifier"}, IN_BROKEN[1:2]),
        ({"root": "left", "limit": 3}, IN_BROKEN[:3]),
        ({"limit": OFTEN + 3}, IN_C + IN_PYTHON[:1]),
        ({"limit": 0}, IN_C + IN_PYTHON),
    ],
    ids=str,
)
def test_uses_are_the_same_whether_few_files_are_left_or_all(lopsided, filters, expected):
    assert lopsided.uses("g", **filters) == expected


def test_uses_are_counted_by_file_whatever_their_types(lopsided):
    assert lopsided.files_using("g", language="c") == [
        UsingFile("left", "a.c", "c", OFTEN + 1),
        UsingFile("left", "b.c", "c", 1),
    ]
