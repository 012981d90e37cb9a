"""Small corpora for document search, written into an index row by row."""

import re
from contextlib import closing

import apsw

from tasks.store.reading import query

INNER = re.compile(r"[A-Z]?[a-z]+|[A-Z]+|[0-9]+")


def fill(database, contents, files):
    """Fill an index: contents are (definitions, docstrings, tags), files (root, path, content)."""
    with closing(apsw.Connection(str(database))) as connection:
        connection.execute(
            "INSERT INTO parser_versions"
            " VALUES (1, 'python', 'python', '1', zeroblob(32), 1, zeroblob(32))"
        )
        for ast_id, (definitions, docs, tags) in enumerate(contents, 1):
            digest = bytes([ast_id] * 32)
            connection.execute(
                "INSERT INTO asts VALUES (?, ?, 1, 1, 9, 0, 'utf-8', x'')", (ast_id, digest)
            )
            for line, name in enumerate(definitions, 1):
                connection.execute(
                    "INSERT INTO symbols (ast_id, name, symbol_type, line_number, column_number,"
                    " end_line) VALUES (?, ?, 'function', ?, 0, ?)",
                    (ast_id, name, line, line),
                )
            for line, doc in enumerate(docs, 1):
                row = (ast_id, line, doc)
                connection.execute("INSERT INTO definition_docs VALUES (?, ?, 0, ?)", row)
            for tag in set(tags):
                connection.execute("INSERT INTO content_tags VALUES (?, ?, 1)", (ast_id, tag))
        names = {name for definitions, _, _ in contents for name in definitions}
        for name in sorted(names):
            words = " ".join(INNER.findall(name)).lower()
            connection.execute("INSERT INTO symbol_names VALUES (NULL, ?, ?, 1)", (name, words))
        for root, path, content in files:
            connection.execute(
                "INSERT OR IGNORE INTO roots (root_id, name, location)"
                " VALUES (unicode(?1), ?1, '/' || ?1)",
                (root,),
            )
            row = (root, path, content and bytes([content] * 32), content and "python")
            outcome = "'indexed', NULL" if content else "'skipped', 'binary content'"
            connection.execute(
                "INSERT INTO files (root_id, path, content_hash, language, size_bytes, mtime_ns,"
                f" outcome, reason) VALUES (unicode(?), ?, ?, ?, 1, 0, {outcome})",
                row,
            )
        connection.execute(query("documents"))


CONTENTS = (
    (["parseHttpHeader", "close"], ["Reads headers\nof a message."], ["cookie"]),
    (["openSocket"], [], ["socket"]),
)
FILES = (
    ("left", "net/http.py", 1),
    ("left", "sock.py", 2),
    ("right", "copy.py", 1),
    ("right", "doc/Cookie.txt", None),
)
