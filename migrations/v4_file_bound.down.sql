-- title:    Drop the file-bound schema
-- from:     v4
-- to:       nothing
-- reason:   the way back from v4_file_bound.up.sql
-- restores: an empty database

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
