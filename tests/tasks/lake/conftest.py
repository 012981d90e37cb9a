"""Indexes of made-up contents, filled by hand, and the lakes that they are put in."""

from contextlib import closing
from itertools import count
from pathlib import Path

import apsw
import pytest

from tasks.lake import partitioning
from tests.tasks.store.conftest import new_index

LANGUAGES = ("c", "python", "tsx")
TYPES = ("function", "struct")
REF_TYPES = ("call", "identifier")


def content(number: int) -> bytes:
    """Make a content hash; hashes of neighbours begin differently."""
    return bytes([number * 37 % 256, number % 256]) + bytes(30)


def add(database: Path, roots: dict[str, dict[str, int]], contents: dict[int, int]) -> Path:
    """Fill an index: roots of paths and their contents, contents with so many symbols."""
    with closing(apsw.Connection(str(database))) as connection, connection:
        for number, language in enumerate(LANGUAGES, 1):
            fingerprint = bytes([number]) * 32
            connection.execute(
                "INSERT INTO parser_versions VALUES (?1, ?2, ?2, '1', zeroblob(32), 1, ?3)",
                (number, language, fingerprint),
            )
        for ast_id, (number, symbols) in enumerate(contents.items(), 1):
            parser = number % len(LANGUAGES) + 1
            row = (ast_id, content(number), parser, 9 + number)
            connection.execute("INSERT INTO asts VALUES (?, ?, ?, ?, 7, 0, 'utf-8', x'00')", row)
            for line in range(1, symbols + 1):
                _define(connection, ast_id, number, line)
        for root_id, (root, files) in enumerate(roots.items(), 1):
            connection.execute(
                "INSERT INTO roots (root_id, name, location) VALUES (?1, ?2, '/' || ?2)",
                (root_id, root),
            )
            for path, number in files.items():
                _file(connection, root_id, path, number)
    return database


def _define(connection: apsw.Connection, ast_id: int, number: int, line: int) -> None:
    name = f"n{(number + line) % 5}"
    scope = "S" if line % 2 else None
    connection.execute(
        "INSERT INTO symbols (ast_id, name, symbol_type, scope, line_number, column_number,"
        " end_line, signature, definition_hash) VALUES (?1, ?2, ?3, ?4, ?5, 4, ?5, ?6, ?7)",
        (ast_id, name, TYPES[line % 2], scope, line, scope, scope and bytes(8)),
    )
    uses = [(REF_TYPES[number % 2], scope or "", 8), (REF_TYPES[1], "S", 2), (REF_TYPES[0], "", 2)]
    connection.executemany(
        "INSERT INTO refs (ref_id, ast_id, name, ref_type, context, line_number, column_number)"
        " VALUES (0, ?, ?, ?, ?, ?, ?)",
        [(ast_id, name, ref_type, context, line, column) for ref_type, context, column in uses],
    )


def _file(connection: apsw.Connection, root_id: int, path: str, number: int) -> None:
    """Add a file; content 0 was never read."""
    language = LANGUAGES[number % len(LANGUAGES)] if number else None
    outcome = ("indexed", None) if number else ("skipped", "symbolic link, not followed")
    connection.execute(
        "INSERT INTO files (root_id, path, content_hash, language, size_bytes, mtime_ns, outcome,"
        " reason) VALUES (?, ?, ?, ?, 9, 0, ?, ?)",
        (root_id, path, content(number) if number else None, language, *outcome),
    )


@pytest.fixture(scope="module", autouse=True)
def small_partitions():
    """Let a few rows fill a partition, so that prefixes of several lengths come up."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(partitioning, "_PARTITION_ROWS", 8)
        yield


@pytest.fixture(scope="module")
def filled(tmp_path_factory):
    """Make an index of given contents in a file of its own."""
    folder = tmp_path_factory.mktemp("indexes")
    numbers = count()

    def make(roots: dict[str, dict[str, int]]) -> Path:
        held = sorted({number for files in roots.values() for number in files.values() if number})
        return add(new_index(folder / f"{next(numbers)}.db"), roots, dict.fromkeys(held, 3))

    return make


LEFT = {f"src/f{number}.x": number for number in range(12)}
RIGHT = {f"lib/[a]*{number}.x": number for number in range(8, 20)} | {"naïve\n.x": 7}


@pytest.fixture(scope="module")
def both(filled):
    """An index of two roots that share contents, with enough of them for many partitions."""
    return filled({"left": LEFT, "right": RIGHT})
