-- title:    Drop the USR-keyed schema
-- from:     v1
-- to:       nothing
-- reason:   the way back from v1_usr_keyed.up.sql
-- restores: an empty database

DROP TABLE symbols_fts;
DROP TABLE symbols;
DROP TABLE file_metadata;
DROP TABLE header_tracker;
DROP TABLE parse_errors;
DROP TABLE cache_metadata;
