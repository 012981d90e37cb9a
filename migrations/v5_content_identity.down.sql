-- title:    Drop content identity
-- from:     v5
-- to:       v4
-- reason:   the way back from v5_content_identity.up.sql
-- restores: empty v4 tables; rows come back from the backup. The queues, which v5 left alone, keep
--           their rows; analyses stay in the companion

DROP TABLE audit_log; -- the log beside the index keeps its lines
DROP TABLE run_steps;
DROP TABLE runs;
DROP VIEW golden_refs;
DROP VIEW golden_symbols;
DROP TABLE document_paths;
DROP VIEW file_documents;
DROP TABLE document_contents;
DROP VIEW documents;
DROP TABLE symbol_names_words;
DROP TABLE symbol_names_substrings;
DROP TABLE symbol_names;
DROP TABLE content_tags;
DROP TABLE definition_docs;
DROP TABLE imports;
DROP TABLE symbol_kinds;
DROP TABLE refs;
DROP TABLE symbols;
DROP TABLE asts;
DROP TABLE parser_versions;
DROP TABLE files;
DROP TABLE roots;

CREATE TABLE files (
    file_id INTEGER PRIMARY KEY,
    path TEXT NOT NULL UNIQUE,
    language TEXT,
    size_bytes INTEGER NOT NULL,
    mtime REAL NOT NULL -- seconds since the epoch
);

CREATE TABLE content_versions (
    content_version_id INTEGER PRIMARY KEY,
    file_id INTEGER NOT NULL REFERENCES files (file_id) ON DELETE CASCADE,
    content_hash TEXT NOT NULL, -- SHA-256, hexadecimal
    seen_at TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP,
    UNIQUE (file_id, content_hash)
);

CREATE TABLE parser_versions (
    parser_version_id INTEGER PRIMARY KEY,
    language TEXT NOT NULL,
    version TEXT NOT NULL,
    UNIQUE (language, version)
);

CREATE TABLE asts (
    ast_id INTEGER PRIMARY KEY,
    content_hash TEXT NOT NULL,
    parser_version_id INTEGER NOT NULL REFERENCES parser_versions (parser_version_id),
    tree BLOB, -- zstd
    UNIQUE (content_hash, parser_version_id)
);

CREATE TABLE symbols (
    symbol_id INTEGER PRIMARY KEY,
    file_id INTEGER NOT NULL REFERENCES files (file_id) ON DELETE CASCADE,
    content_version_id INTEGER NOT NULL
        REFERENCES content_versions (content_version_id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    symbol_type TEXT NOT NULL,
    scope TEXT,
    line_number INTEGER NOT NULL,
    column_number INTEGER,
    metadata_json TEXT
);

CREATE INDEX symbols_by_name ON symbols (name);
CREATE INDEX symbols_by_file ON symbols (file_id, symbol_type);

CREATE TABLE refs (
    ref_id INTEGER PRIMARY KEY,
    file_id INTEGER NOT NULL REFERENCES files (file_id) ON DELETE CASCADE,
    content_version_id INTEGER NOT NULL
        REFERENCES content_versions (content_version_id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    ref_type TEXT NOT NULL,
    context TEXT,
    line_number INTEGER NOT NULL,
    column_number INTEGER
);

CREATE INDEX refs_by_name ON refs (name);
CREATE INDEX refs_by_file ON refs (file_id);

CREATE TABLE symbol_kinds (
    symbol_id INTEGER NOT NULL REFERENCES symbols (symbol_id) ON DELETE CASCADE,
    kind TEXT NOT NULL,
    PRIMARY KEY (symbol_id, kind)
) WITHOUT ROWID;

CREATE TABLE symbol_docs (
    symbol_id INTEGER PRIMARY KEY REFERENCES symbols (symbol_id) ON DELETE CASCADE,
    docstring TEXT NOT NULL
);

CREATE TABLE IF NOT EXISTS build_queue (
    build_id INTEGER PRIMARY KEY,
    file_id INTEGER NOT NULL,
    state TEXT NOT NULL DEFAULT 'pending',
    queued_at TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP
);

CREATE TABLE IF NOT EXISTS discovery_queue (
    discovery_id INTEGER PRIMARY KEY,
    root TEXT NOT NULL,
    state TEXT NOT NULL DEFAULT 'pending'
);

CREATE TABLE cache_entries (
    cache_key TEXT PRIMARY KEY,
    content_hash TEXT NOT NULL,
    value BLOB NOT NULL, -- zstd
    created_at TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP
) WITHOUT ROWID;

CREATE TABLE cache_stats (
    cache_type TEXT PRIMARY KEY,
    hits INTEGER NOT NULL DEFAULT 0,
    misses INTEGER NOT NULL DEFAULT 0
) WITHOUT ROWID;

CREATE VIRTUAL TABLE symbols_fts USING fts5 (name, scope, content = 'symbols', content_rowid = 'symbol_id');
CREATE VIRTUAL TABLE refs_fts USING fts5 (name, context, content = 'refs', content_rowid = 'ref_id');

CREATE TRIGGER symbols_fts_insert AFTER INSERT ON symbols BEGIN
    INSERT INTO symbols_fts (rowid, name, scope) VALUES (new.symbol_id, new.name, new.scope);
END;

CREATE TRIGGER symbols_fts_delete AFTER DELETE ON symbols BEGIN
    INSERT INTO symbols_fts (symbols_fts, rowid, name, scope)
    VALUES ('delete', old.symbol_id, old.name, old.scope);
END;

CREATE TRIGGER refs_fts_insert AFTER INSERT ON refs BEGIN
    INSERT INTO refs_fts (rowid, name, context) VALUES (new.ref_id, new.name, new.context);
END;

CREATE TRIGGER refs_fts_delete AFTER DELETE ON refs BEGIN
    INSERT INTO refs_fts (refs_fts, rowid, name, context)
    VALUES ('delete', old.ref_id, old.name, old.context);
END;

-- Write protection: a symbol never changes its file.
CREATE TRIGGER symbols_protect_file BEFORE UPDATE OF file_id ON symbols BEGIN
    SELECT RAISE (ABORT, 'symbols.file_id is immutable');
END;

-- On another table than symbols, and yet it writes to symbols.
CREATE TRIGGER content_versions_replace AFTER INSERT ON content_versions BEGIN
    DELETE FROM symbols
    WHERE file_id = new.file_id AND content_version_id <> new.content_version_id;
    DELETE FROM refs
    WHERE file_id = new.file_id AND content_version_id <> new.content_version_id;
END;

CREATE VIEW symbol_locations AS
SELECT symbols.name, symbols.symbol_type, files.path, symbols.line_number
FROM symbols
INNER JOIN files ON symbols.file_id = files.file_id;
