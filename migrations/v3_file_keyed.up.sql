-- title:    One row of symbols a file
-- from:     v2
-- to:       v3
-- reason:   v2 wrote a row a definition; v3 keeps a file's symbols as JSON, keyed by file and hash
-- restores: v3_file_keyed.down.sql (empty v2 tables; rows come back from the backup)

-- All of v2 was derived from files.
DROP TABLE file_tags;
DROP TABLE local_symbols;
DROP TABLE imports;
DROP TABLE definitions;
DROP TABLE files;
DROP TABLE files_fts;

CREATE TABLE files (
    id INTEGER PRIMARY KEY,
    path TEXT NOT NULL UNIQUE,
    language TEXT,
    line_count INTEGER NOT NULL DEFAULT 0,
    last_indexed INTEGER NOT NULL DEFAULT 0 -- seconds since the epoch
);

CREATE TABLE symbols (
    file_id INTEGER NOT NULL REFERENCES files (id) ON DELETE CASCADE,
    file_hash TEXT NOT NULL, -- hexadecimal
    symbols_json TEXT NOT NULL, -- all definitions of the file
    last_cached INTEGER NOT NULL DEFAULT 0, -- seconds since the epoch
    PRIMARY KEY (file_id, file_hash)
);

CREATE INDEX symbols_by_hash ON symbols (file_hash);

CREATE TABLE symbol_kinds (
    file_id INTEGER NOT NULL REFERENCES files (id) ON DELETE CASCADE,
    kind TEXT NOT NULL,
    PRIMARY KEY (file_id, kind)
) WITHOUT ROWID;

CREATE INDEX symbol_kinds_by_kind ON symbol_kinds (kind);
