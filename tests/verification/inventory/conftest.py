"""A v4 index in the field: our lineage, with rows, and objects that others have added."""

from collections.abc import Callable, Iterator
from pathlib import Path

import apsw
import pytest

from migrations import runner
from verification.inventory.code_paths import find_code_paths
from verification.inventory.model import CodePath

ROWS = """
INSERT INTO files VALUES (1, 'a.py', 'python', 10, 0.0);
INSERT INTO content_versions (content_version_id, file_id, content_hash) VALUES (1, 1, 'ab');
INSERT INTO symbols (file_id, content_version_id, name, symbol_type, line_number)
VALUES (1, 1, 'f', 'function', 1), (1, 1, 'g', 'function', 2);
INSERT INTO refs (file_id, content_version_id, name, ref_type, line_number)
VALUES (1, 1, 'f', 'call', 3);
INSERT INTO build_queue (file_id) VALUES (1), (2);
"""
FOREIGN = """
CREATE TABLE Bookmarks (
    bookmark_id INTEGER PRIMARY KEY,
    symbol INTEGER REFERENCES SYMBOLS (symbol_id),
    parent INTEGER REFERENCES Bookmarks (bookmark_id)
);
CREATE TABLE bookmark_notes (bookmark INTEGER REFERENCES bookmarks (bookmark_id), note TEXT);
CREATE INDEX notes_by_bookmark ON bookmark_notes (bookmark);
CREATE TABLE settings (name TEXT, value TEXT, length AS (length(value)));
CREATE TABLE symbols_seen (name TEXT);
CREATE VIEW total_symbols AS SELECT COUNT(*) AS symbols FROM symbol_locations;
CREATE VIEW names_seen AS SELECT name FROM symbols_seen;
CREATE VIEW odd AS SELECT no_such_function(name) AS name FROM symbols;
CREATE VIEW odd_elsewhere AS SELECT no_such_function(name) AS name FROM settings;
CREATE TRIGGER settings_forget AFTER UPDATE OF value ON settings BEGIN
    DELETE FROM settings WHERE (SELECT symbols FROM total_symbols) = 0;
END;
CREATE TRIGGER settings_log AFTER UPDATE OF value ON settings BEGIN
    INSERT INTO symbols_seen VALUES (new.name);
END;
CREATE TRIGGER names_seen_insert INSTEAD OF INSERT ON names_seen BEGIN
    UPDATE symbols SET scope = 'seen' WHERE name = new.name;
END;
CREATE VIRTUAL TABLE symbols_trigrams USING fts5 (
    name, content='symbols', content_rowid='symbol_id', tokenize='trigram'
);
CREATE VIRTUAL TABLE symbols_vocabulary USING fts5vocab (symbols_fts, 'row');
CREATE VIRTUAL TABLE symbols_log USING fts5 (name);
CREATE TRIGGER symbols_log_insert AFTER INSERT ON symbols BEGIN
    INSERT INTO symbols_log VALUES (new.name);
END;
CREATE VIRTUAL TABLE settings_fts USING fts5 (name, content='settings');
"""


@pytest.fixture
def database(tmp_path: Path) -> Path:
    path = tmp_path / "index.db"
    connection = apsw.Connection(str(path))
    runner.up(connection, to=4)
    connection.execute(ROWS)
    connection.execute(FOREIGN)
    connection.close()
    return path


@pytest.fixture
def legacy(database: Path) -> Iterator[apsw.Connection]:
    connection = apsw.Connection(str(database))
    yield connection
    connection.close()


Find = Callable[..., list[CodePath]]


@pytest.fixture
def find(tmp_path: Path, legacy: apsw.Connection) -> Find:
    """Write files below a code root; return the code paths to symbols, refs and other tables."""

    def found(files: dict[str, str], *others: str, with_legacy: bool = True) -> list[CodePath]:
        root = tmp_path / "consumer"
        for name, text in files.items():
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            (root / name).write_text(text)
        tables = frozenset({"symbols", "refs", "symbols_fts", "symbol_locations", *others})
        return list(find_code_paths((root,), tables, legacy if with_legacy else None).code_paths)

    return found
