-- title:    Drop the file-bound schema
-- from:     v4
-- to:       v3
-- reason:   the way back from v4_file_bound.up.sql
-- restores: empty v3 tables; rows come back from the backup. The cache and the queues,
--           which v3 does not have, go

DROP VIEW symbol_locations;
DROP TRIGGER content_versions_replace;
DROP TABLE symbols_fts;
DROP TABLE refs_fts;
DROP TABLE cache_stats;
DROP TABLE cache_entries;
DROP TABLE discovery_queue;
DROP TABLE build_queue;
DROP TABLE symbol_docs;
DROP TABLE symbol_kinds;
DROP TABLE refs;
DROP TABLE symbols;
DROP TABLE asts;
DROP TABLE parser_versions;
DROP TABLE content_versions;
DROP TABLE files;

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
