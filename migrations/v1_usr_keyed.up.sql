-- title:    Symbols keyed by USR and file path
-- from:     nothing
-- to:       v1
-- reason:   the first shape: what a compiler says of each file, under the file's path
-- restores: v1_usr_keyed.down.sql (an empty database)

CREATE TABLE symbols (
    usr TEXT PRIMARY KEY, -- unified symbol resolution, as the compiler gives it
    name TEXT NOT NULL,
    kind TEXT NOT NULL,
    file TEXT NOT NULL, -- path; also where the same file is indexed under another path
    line INTEGER NOT NULL,
    "column" INTEGER,
    signature TEXT,
    namespace TEXT,
    parent_class TEXT,
    base_classes TEXT NOT NULL DEFAULT '[]', -- JSON
    calls TEXT NOT NULL DEFAULT '[]', -- JSON, of USRs
    updated_at REAL NOT NULL DEFAULT 0 -- seconds since the epoch
);

CREATE INDEX symbols_by_name ON symbols (name);
CREATE INDEX symbols_by_file ON symbols (file);

CREATE TABLE file_metadata (
    file_path TEXT PRIMARY KEY,
    file_hash TEXT NOT NULL,
    compile_args_hash TEXT,
    symbol_count INTEGER NOT NULL DEFAULT 0,
    indexed_at REAL NOT NULL DEFAULT 0 -- seconds since the epoch
);

CREATE TABLE header_tracker (
    header_path TEXT PRIMARY KEY,
    processed_by TEXT NOT NULL, -- the source file whose parse included it first
    file_hash TEXT NOT NULL
);

CREATE TABLE parse_errors (
    error_id INTEGER PRIMARY KEY,
    file_path TEXT NOT NULL,
    message TEXT NOT NULL,
    retry_count INTEGER NOT NULL DEFAULT 0
);

CREATE TABLE cache_metadata (
    key TEXT PRIMARY KEY,
    value TEXT NOT NULL
);

CREATE VIRTUAL TABLE symbols_fts USING fts5 (name, usr UNINDEXED, content = 'symbols', content_rowid = 'rowid');

CREATE TRIGGER symbols_fts_insert AFTER INSERT ON symbols BEGIN
    INSERT INTO symbols_fts (rowid, name, usr) VALUES (new.rowid, new.name, new.usr);
END;

CREATE TRIGGER symbols_fts_delete AFTER DELETE ON symbols BEGIN
    INSERT INTO symbols_fts (symbols_fts, rowid, name, usr)
    VALUES ('delete', old.rowid, old.name, old.usr);
END;

CREATE TRIGGER symbols_fts_update AFTER UPDATE ON symbols BEGIN
    INSERT INTO symbols_fts (symbols_fts, rowid, name, usr)
    VALUES ('delete', old.rowid, old.name, old.usr);
    INSERT INTO symbols_fts (rowid, name, usr) VALUES (new.rowid, new.name, new.usr);
END;
