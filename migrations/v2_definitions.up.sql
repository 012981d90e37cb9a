-- title:    Files, definitions, imports and weighted tags
-- from:     v1
-- to:       v2
-- reason:   v1 knew one language and only symbols; v2 knows files, and searches their texts
-- restores: v2_definitions.down.sql (empty v1 tables; rows come back from the backup)

-- All of v1 was derived from files.
DROP TABLE symbols_fts;
DROP TABLE symbols;
DROP TABLE file_metadata;
DROP TABLE header_tracker;
DROP TABLE parse_errors;
DROP TABLE cache_metadata;

CREATE TABLE files (
    file_id INTEGER PRIMARY KEY,
    path TEXT NOT NULL UNIQUE,
    filename TEXT NOT NULL,
    language TEXT,
    content_hash TEXT, -- hexadecimal
    docstring TEXT,
    indexed_at TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP
);

CREATE TABLE definitions (
    definition_id INTEGER PRIMARY KEY,
    file_id INTEGER NOT NULL REFERENCES files (file_id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    kind TEXT NOT NULL,
    line_number INTEGER NOT NULL,
    docstring TEXT
);

CREATE INDEX definitions_by_name ON definitions (name);

CREATE TABLE imports (
    import_id INTEGER PRIMARY KEY,
    file_id INTEGER NOT NULL REFERENCES files (file_id) ON DELETE CASCADE,
    module TEXT NOT NULL,
    line_number INTEGER
);

CREATE INDEX imports_by_module ON imports (module);

CREATE TABLE local_symbols (
    local_symbol_id INTEGER PRIMARY KEY,
    definition_id INTEGER NOT NULL REFERENCES definitions (definition_id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    line_number INTEGER NOT NULL
);

CREATE TABLE file_tags (
    file_id INTEGER NOT NULL REFERENCES files (file_id) ON DELETE CASCADE,
    tag TEXT NOT NULL,
    weight REAL NOT NULL DEFAULT 1.0,
    PRIMARY KEY (file_id, tag)
) WITHOUT ROWID;

CREATE VIRTUAL TABLE files_fts USING fts5 (filename, path, definitions, imports, docstrings, tags);

-- The builder writes the texts; a file that goes takes its text along.
CREATE TRIGGER files_fts_delete AFTER DELETE ON files BEGIN
    DELETE FROM files_fts WHERE rowid = old.file_id;
END;
