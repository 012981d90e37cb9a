"""Legacy databases as they are found in the field, made by their own migrations."""

from pathlib import Path

import apsw

from migrations import runner

_ROWS = """
INSERT INTO files VALUES (1, 'a.py', 'python', 10, 0.0), (2, 'copy.py', 'python', 10, 0.0);
INSERT INTO content_versions (content_version_id, file_id, content_hash)
VALUES (1, 1, 'aa'), (2, 2, 'aa');
INSERT INTO parser_versions VALUES (1, 'python', '1');
INSERT INTO asts VALUES (1, 'aa', 1, NULL);
INSERT INTO symbols (symbol_id, file_id, content_version_id, name, symbol_type, line_number)
VALUES (1, 1, 1, 'f', 'function', 1), (2, 2, 2, 'f', 'function', 1);
INSERT INTO refs (file_id, content_version_id, name, ref_type, line_number)
VALUES (1, 1, 'g', 'call', 2), (2, 2, 'g', 'call', 2);
INSERT INTO symbol_kinds VALUES (1, 'function'), (2, 'function');
INSERT INTO symbol_docs VALUES (1, 'Do it.');
INSERT INTO build_queue (file_id) VALUES (1), (2);
INSERT INTO discovery_queue (root) VALUES ('/somewhere');
INSERT INTO cache_entries (cache_key, content_hash, value) VALUES ('k', 'aa', x'00');
INSERT INTO cache_stats VALUES ('summary', 3, 1);
CREATE TABLE notes (note_id INTEGER PRIMARY KEY, note TEXT);
INSERT INTO notes VALUES (1, 'not ours'), (7, 'and kept');
"""


def v4(path: Path) -> Path:
    """A v4 index with rows in every table, full queues, and a table of someone else."""
    connection = apsw.Connection(str(path))
    runner.up(connection, to=4)
    connection.execute(_ROWS).fetchall()
    connection.close()
    return path
