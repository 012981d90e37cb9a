"""A small v5 index, filled by hand: five files in two roots, three ASTs in two languages."""

from pathlib import Path

import apsw
import pytest

from migrations import runner
from migrations.catalogue import migrations

COPIED, BROKEN = b"\x0a" * 32, b"\x0c" * 32  # contents
C, PYTHON = b"\x01" * 32, b"\x02" * 32  # fingerprints
_ROWS = f"""
INSERT INTO roots (root_id, name, location) VALUES (1, 'left', '/left'), (2, 'right', '/right');
INSERT INTO parser_versions VALUES
    (1, 'c', 'c', '1', zeroblob(32), 1, x'{C.hex()}'),
    (2, 'python', 'python', '1', zeroblob(32), 1, x'{PYTHON.hex()}');
INSERT INTO files
    (root_id, path, content_hash, language, size_bytes, mtime_ns, outcome, reason) VALUES
    (2, 'a.py', x'{COPIED.hex()}', 'python', 9, 0, 'indexed', NULL),
    (1, 'b.py', x'{COPIED.hex()}', 'python', 9, 0, 'indexed', NULL),
    (1, 'a.c', x'{BROKEN.hex()}', 'c', 9, 0, 'partial', 'syntax errors in 3.2 % of bytes'),
    (1, 'b.c', x'{COPIED.hex()}', 'c', 9, 0, 'indexed', NULL),
    (1, 'z', NULL, NULL, 0, 0, 'skipped', 'symbolic link, not followed');
INSERT INTO asts VALUES
    (1, x'{COPIED.hex()}', 1, 9, 1, 0, 'utf-8', x'00'),
    (2, x'{BROKEN.hex()}', 1, 9, 1, 1, 'utf-8', x'01'),
    (3, x'{COPIED.hex()}', 2, 9, 1, 0, 'utf-8', x'02');
INSERT INTO symbols
    (ast_id, name, symbol_type, scope, line_number, column_number, end_line, signature,
     definition_hash) VALUES
    (1, 'f', 'function', NULL, 1, 4, 2, 'int f(void)', zeroblob(8)),
    (2, 'f', 'prototype', 'S', 2, 0, 2, NULL, NULL),
    (3, 'f', 'method', 'C', 3, 8, 4, 'def f(self):', zeroblob(8)),
    (3, 'a::b', 'field', NULL, 5, 0, 5, NULL, NULL),
    (3, 'it''s "100%"', 'field', NULL, 6, 0, 6, NULL, NULL);
INSERT INTO refs (ref_id, ast_id, name, ref_type, context, line_number, column_number) VALUES
    (1, 1, 'g', 'call', '', 1, 0),
    (2, 2, 'g', 'identifier', 'f', 1, 5),
    (3, 3, 'g', 'call', 'C.f', 4, 12);
"""


def new_index(path: Path) -> Path:
    """Make a v5 index without rows."""
    connection = apsw.Connection(str(path))
    runner.apply(connection, migrations()[-1])
    connection.close()
    return path


def rows(database: Path, statement: str) -> list[tuple[object, ...]]:
    """Read rows from a database."""
    connection = apsw.Connection(str(database), flags=apsw.SQLITE_OPEN_READONLY)
    try:
        return connection.execute(statement).fetchall()
    finally:
        connection.close()


@pytest.fixture
def empty(tmp_path: Path) -> Path:
    """A v5 index without rows."""
    return new_index(tmp_path / "empty.db")


@pytest.fixture
def index(tmp_path: Path) -> Path:
    """A v5 index with rows."""
    path = new_index(tmp_path / "index.db")
    connection = apsw.Connection(str(path))
    connection.execute(_ROWS).fetchall()
    connection.close()
    return path
