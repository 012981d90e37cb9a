-- title:  v3 before its files had keys: symbols under the path's text, kinds as JSON
-- reason: no migration makes it and none comes from it; indexes of this form are only recognised

CREATE TABLE symbols (
    file_path TEXT NOT NULL,
    file_hash TEXT NOT NULL, -- hexadecimal
    symbols_json TEXT NOT NULL, -- all definitions of the file
    symbol_kinds TEXT NOT NULL DEFAULT '[]', -- JSON
    last_cached INTEGER NOT NULL DEFAULT 0, -- seconds since the epoch
    PRIMARY KEY (file_path, file_hash)
);

CREATE INDEX symbols_by_hash ON symbols (file_hash);
