"""A small index of given symbols: four files in two roots, three ASTs in two languages."""

from contextlib import closing

import apsw
import pyarrow as pa

from tasks.columnar.names import count_names, symbol_names

ROOTS = (
    "INSERT INTO roots (root_id, name, location)"
    " VALUES (1, 'left', '/left'), (2, 'right', '/right')"
)
PARSERS = """
INSERT INTO parser_versions VALUES
    (1, 'c', 'c', '1', zeroblob(32), 1, zeroblob(32)),
    (2, 'python', 'python', '1', zeroblob(32), 1, CAST(printf('%032d', 1) AS BLOB))
"""
# AST: parser version, and the files that hold it.
ASTS = {1: (1, ((1, "net/a.c"), (2, "b.c"))), 2: (2, ((1, "z.py"),)), 3: (1, ((2, "net/c.c"),))}
LANGUAGES = {1: "c", 2: "python"}


def fill(database, symbols):
    """Fill an index with symbols: (AST, name, type, scope)."""
    with closing(apsw.Connection(str(database))) as connection, connection:
        connection.execute(ROOTS).fetchall()
        connection.execute(PARSERS).fetchall()
        for ast_id, (parser, files) in ASTS.items():
            key = f"{ast_id:032}".encode()
            connection.execute(
                "INSERT INTO asts (ast_id, content_hash, parser_version_id, size_bytes, line_count,"
                " has_error, encoding, facts) VALUES (?, ?, ?, 0, 99, 0, 'utf-8', x'00')",
                (ast_id, key, parser),
            )
            connection.executemany(
                "INSERT INTO files (root_id, path, content_hash, language, size_bytes, mtime_ns,"
                " outcome) VALUES (?, ?, ?, ?, 0, 0, 'indexed')",
                [(root, path, key, LANGUAGES[parser]) for root, path in files],
            )
        connection.executemany(
            "INSERT INTO symbols (ast_id, name, symbol_type, scope, line_number, column_number,"
            " end_line) VALUES (?1, ?2, ?3, ?4, ?5, 0, ?5)",
            [(*symbol, line) for line, symbol in enumerate(symbols, 1)],
        )
        connection.execute(
            "INSERT INTO symbol_kinds SELECT DISTINCT ast_id, symbol_type FROM symbols"
        )
        names = pa.chunked_array([[symbol[1] for symbol in symbols]], pa.string())
        for named in symbol_names([count_names(names)]):
            connection.executemany(
                "INSERT INTO symbol_names (name, words, definitions)"
                " VALUES (:name, :words, :definitions)",
                named.to_pylist(),
            )
