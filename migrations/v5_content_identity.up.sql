-- title:    Bind symbols and refs to content
-- from:     v4, or nothing
-- to:       v5
-- reason:   v4 bound rows to files, so equal files were stored and counted twice
-- restores: v5_content_identity.down.sql (empty v4 tables; rows come back from the backup)

-- What v4 bound to files, and its cache, whose rows go to the companion beside the index. The
-- builder's queues stay.
DROP TABLE IF EXISTS cache_stats;
DROP TABLE IF EXISTS cache_entries;
DROP VIEW IF EXISTS symbol_locations;
DROP TRIGGER IF EXISTS content_versions_replace;
DROP TABLE IF EXISTS symbols_fts;
DROP TABLE IF EXISTS refs_fts;
DROP TABLE IF EXISTS symbol_docs;
DROP TABLE IF EXISTS symbol_kinds;
DROP TABLE IF EXISTS refs;
DROP TABLE IF EXISTS symbols;
DROP TABLE IF EXISTS asts;
DROP TABLE IF EXISTS parser_versions;
DROP TABLE IF EXISTS content_versions;
DROP TABLE IF EXISTS files;

-- Where files come from.
CREATE TABLE roots (
    root_id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE, -- what reports and queries call it
    location TEXT NOT NULL, -- absolute path on the host that built the index
    -- patterns as in .gitignore, the last that matches decides: what the plan leaves out of it
    exclude TEXT NOT NULL DEFAULT '[]' CHECK (json_type(exclude) = 'array'),
    revision TEXT, -- of the repository, as the plan names it; NULL: the files that lie there
    commit_id TEXT, -- that the revision was, in hexadecimal; its objects were read
    problem TEXT, -- why nothing of it was read; NULL: it was
    CHECK (commit_id IS NULL OR revision IS NOT NULL),
    CHECK (problem IS NOT NULL OR (commit_id IS NULL) = (revision IS NULL))
) STRICT;

-- One row a file found, whatever became of it. Nothing else binds to a file.
CREATE TABLE files (
    file_id INTEGER PRIMARY KEY,
    root_id INTEGER NOT NULL REFERENCES roots (root_id) ON DELETE CASCADE,
    path TEXT NOT NULL, -- relative to the root, with / on every platform
    content_hash BLOB CHECK (length(content_hash) = 32), -- SHA-256; NULL: never read
    language TEXT, -- NULL: no language of ours
    size_bytes INTEGER NOT NULL CHECK (size_bytes >= 0),
    mtime_ns INTEGER NOT NULL, -- nanoseconds since the epoch
    -- indexed: whole; partial: with syntax errors; skipped: by decision; failed: could not be read
    outcome TEXT NOT NULL CHECK (outcome IN ('indexed', 'partial', 'skipped', 'failed')),
    reason TEXT, -- why it is partial, skipped or failed
    UNIQUE (root_id, path),
    CHECK ((outcome = 'indexed') = (reason IS NULL)),
    CHECK (outcome NOT IN ('indexed', 'partial') OR content_hash IS NOT NULL),
    CHECK (outcome NOT IN ('indexed', 'partial') OR language IS NOT NULL)
) STRICT;

-- The golden join enters files here.
CREATE INDEX files_by_content ON files (content_hash, language);

-- What turns a content into an AST.
CREATE TABLE parser_versions (
    parser_version_id INTEGER PRIMARY KEY,
    language TEXT NOT NULL UNIQUE, -- one parser version a language within one index
    grammar TEXT NOT NULL, -- its name
    grammar_version TEXT NOT NULL, -- what the grammar says of itself; identifies nothing
    query_sha256 BLOB NOT NULL CHECK (length(query_sha256) = 32), -- of the language's .scm
    extractor_version INTEGER NOT NULL, -- of our own code; rises when it finds other rows
    fingerprint BLOB NOT NULL UNIQUE CHECK (length(fingerprint) = 32) -- the identity
) STRICT;

-- What one parser version makes of one content.
CREATE TABLE asts (
    ast_id INTEGER PRIMARY KEY,
    content_hash BLOB NOT NULL CHECK (length(content_hash) = 32), -- SHA-256 of the raw bytes
    parser_version_id INTEGER NOT NULL
        REFERENCES parser_versions (parser_version_id) ON DELETE CASCADE,
    size_bytes INTEGER NOT NULL CHECK (size_bytes >= 0),
    line_count INTEGER NOT NULL CHECK (line_count >= 0),
    has_error INTEGER NOT NULL CHECK (has_error IN (0, 1)), -- its tree has errors, or is cut
    encoding TEXT NOT NULL, -- what the bytes were read as; ASCII is utf-8
    facts BLOB NOT NULL, -- zstd; the flattened AST, from which the rows are derived again
    UNIQUE (content_hash, parser_version_id)
) STRICT;

-- Definitions. Unique by name and position (option B of protocol section 3.2), and by column too:
-- two definitions of one name can share a line, as in `struct a {} a;`.
CREATE TABLE symbols (
    symbol_id INTEGER PRIMARY KEY,
    ast_id INTEGER NOT NULL REFERENCES asts (ast_id) ON DELETE CASCADE,
    name TEXT NOT NULL CHECK (name <> ''), -- as written, without its scope
    symbol_type TEXT NOT NULL, -- function, struct, …: see tasks/syntax/vocabulary.py
    scope TEXT, -- path of the enclosing definitions; NULL at the top level
    line_number INTEGER NOT NULL CHECK (line_number >= 1), -- of the name, from 1
    column_number INTEGER NOT NULL CHECK (column_number >= 0), -- of the name, bytes from 0
    end_line INTEGER NOT NULL CHECK (end_line >= line_number), -- of the definition, inclusive
    signature TEXT, -- on one line; NULL where the type has none
    definition_hash BLOB, -- BLAKE2b-64 of the definition; NULL without a body
    -- an object; NULL: a language has no more to tell than the columns hold
    metadata_json TEXT CHECK (metadata_json IS NULL OR json_valid(metadata_json))
) STRICT;

-- Serves symbols (ast_id) of protocol section 3.3 as well.
CREATE UNIQUE INDEX symbols_identity
ON symbols (ast_id, symbol_type, name, line_number, column_number);

CREATE INDEX symbols_by_name ON symbols (symbol_type, name);

-- Finds identical definitions; those without a body have no hash, and no part in it.
CREATE INDEX symbols_by_definition ON symbols (definition_hash) WHERE definition_hash IS NOT NULL;

-- Usages, in the order of their places: the key serves refs (ast_id) of protocol section 3.3 as well,
-- and the rows lie in it, so that no index repeats them for their AST.
CREATE TABLE refs (
    ref_id INTEGER NOT NULL, -- numbered as loaded; a place is what identifies a ref
    ast_id INTEGER NOT NULL REFERENCES asts (ast_id) ON DELETE CASCADE,
    name TEXT NOT NULL CHECK (name <> ''), -- as written, without what it is looked up in
    ref_type TEXT NOT NULL, -- call, type, …: see tasks/syntax/vocabulary.py
    context TEXT NOT NULL, -- path of the enclosing definition; '' at the top level
    line_number INTEGER NOT NULL CHECK (line_number >= 1), -- from 1
    column_number INTEGER NOT NULL CHECK (column_number >= 0), -- bytes, from 0
    PRIMARY KEY (ast_id, line_number, column_number, ref_type, name, context)
) STRICT, WITHOUT ROWID;

-- SQLite adds what else is in the key: where a name is used, in which contents and contexts, is
-- told without a look at the rows.
CREATE INDEX refs_by_name ON refs (ref_type, name);

-- Which types an AST defines at all: the fast path of a type filter. An AST without a row
-- defines nothing of that type; whether a content was extracted is known from asts.
CREATE TABLE symbol_kinds (
    ast_id INTEGER NOT NULL REFERENCES asts (ast_id) ON DELETE CASCADE,
    symbol_type TEXT NOT NULL,
    PRIMARY KEY (symbol_type, ast_id)
) STRICT, WITHOUT ROWID;

-- Without it, each AST that goes would cost a look at all kinds.
CREATE INDEX symbol_kinds_by_ast ON symbol_kinds (ast_id);

-- What a content takes from elsewhere, at the position of the module's name.
CREATE TABLE imports (
    ast_id INTEGER NOT NULL REFERENCES asts (ast_id) ON DELETE CASCADE,
    module TEXT NOT NULL, -- as written, without quotes
    import_kind TEXT NOT NULL, -- import, include, require, …: see tasks/syntax/vocabulary.py
    -- What the spelling tells. NULL: it depends on the files of a root, and equal contents of two
    -- roots share this row; whether a module is local or third party is told when it is asked.
    origin TEXT CHECK (origin IN ('standard library', 'relative', 'local')),
    line_number INTEGER NOT NULL CHECK (line_number >= 1), -- from 1
    column_number INTEGER NOT NULL CHECK (column_number >= 0), -- bytes, from 0
    PRIMARY KEY (ast_id, line_number, column_number)
) STRICT, WITHOUT ROWID;

CREATE INDEX imports_by_module ON imports (module);

-- Docstrings, at the position of the name they document; a content's own at its own position.
CREATE TABLE definition_docs (
    ast_id INTEGER NOT NULL REFERENCES asts (ast_id) ON DELETE CASCADE,
    line_number INTEGER NOT NULL CHECK (line_number >= 1), -- from 1
    column_number INTEGER NOT NULL CHECK (column_number >= 0), -- bytes, from 0
    docstring TEXT NOT NULL,
    PRIMARY KEY (ast_id, line_number, column_number)
) STRICT, WITHOUT ROWID;

-- What a content is about: the heaviest words of its identifiers, 32 at most.
CREATE TABLE content_tags (
    ast_id INTEGER NOT NULL REFERENCES asts (ast_id) ON DELETE CASCADE,
    tag TEXT NOT NULL CHECK (tag <> ''), -- a word, in lower case
    weight INTEGER NOT NULL CHECK (weight >= 1), -- the names that hold it, each by its type
    PRIMARY KEY (ast_id, tag)
) STRICT, WITHOUT ROWID;

-- The distinct names of symbols: what name search reads. Ids ascend by length, then by the name
-- without and with case, so that reading by id gives the closest names first, without a sort.
CREATE TABLE symbol_names (
    name_id INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    words TEXT NOT NULL, -- inside of the name, in lower case, a space between: parse http 2
    definitions INTEGER NOT NULL CHECK (definitions >= 1) -- symbols of this name
) STRICT;

-- In the order of the ids: the closest of many names with one prefix stand together. An exact lookup
-- asks for length(name) = length(:name) AND name = :name COLLATE NOCASE AND name = :name.
CREATE INDEX symbol_names_by_length ON symbol_names (length(name), name COLLATE NOCASE);

-- Any substring of three characters or more.
CREATE VIRTUAL TABLE symbol_names_substrings USING fts5 (
    name,
    content = 'symbol_names',
    content_rowid = 'name_id',
    tokenize = 'trigram',
    detail = 'none',
    columnsize = 0
);

-- Words inside of names. They stand there in lower case and parted already, so this tokenizer,
-- which keeps all that is not ASCII, has nothing to do but to split at the spaces.
CREATE VIRTUAL TABLE symbol_names_words USING fts5 (
    words,
    content = 'symbol_names',
    content_rowid = 'name_id',
    tokenize = 'ascii',
    detail = 'none',
    columnsize = 0
);

-- Whoever changes symbol_names, search follows.
CREATE TRIGGER symbol_names_insert AFTER INSERT ON symbol_names BEGIN
    INSERT INTO symbol_names_substrings (rowid, name) VALUES (new.name_id, new.name);
    INSERT INTO symbol_names_words (rowid, words) VALUES (new.name_id, new.words);
END;

CREATE TRIGGER symbol_names_delete AFTER DELETE ON symbol_names BEGIN
    INSERT INTO symbol_names_substrings (symbol_names_substrings, rowid, name)
    VALUES ('delete', old.name_id, old.name);
    INSERT INTO symbol_names_words (symbol_names_words, rowid, words)
    VALUES ('delete', old.name_id, old.words);
END;

CREATE TRIGGER symbol_names_update AFTER UPDATE OF name_id, name, words ON symbol_names BEGIN
    INSERT INTO symbol_names_substrings (symbol_names_substrings, rowid, name)
    VALUES ('delete', old.name_id, old.name);
    INSERT INTO symbol_names_words (symbol_names_words, rowid, words)
    VALUES ('delete', old.name_id, old.words);
    INSERT INTO symbol_names_substrings (rowid, name) VALUES (new.name_id, new.name);
    INSERT INTO symbol_names_words (rowid, words) VALUES (new.name_id, new.words);
END;

-- A name goes with its last symbol. The last one is asked for first: once counted down, another
-- would look like it. Fires for what a foreign key deletes, too.
CREATE TRIGGER symbols_delete AFTER DELETE ON symbols BEGIN
    DELETE FROM symbol_names
    WHERE length(name) = length(old.name)
        AND name = old.name COLLATE NOCASE
        AND name = old.name
        AND definitions = 1;
    UPDATE symbol_names
    SET definitions = definitions - 1
    WHERE length(name) = length(old.name)
        AND name = old.name COLLATE NOCASE
        AND name = old.name
        AND definitions > 1;
END;

-- An AST goes whole, also where foreign keys are off, as they are in the sqlite3 shell.
CREATE TRIGGER asts_delete AFTER DELETE ON asts BEGIN
    DELETE FROM symbols WHERE ast_id = old.ast_id;
    DELETE FROM refs WHERE ast_id = old.ast_id;
    DELETE FROM symbol_kinds WHERE ast_id = old.ast_id;
    DELETE FROM imports WHERE ast_id = old.ast_id;
    DELETE FROM definition_docs WHERE ast_id = old.ast_id;
    DELETE FROM content_tags WHERE ast_id = old.ast_id;
END;

-- The text of a content, for search: derived, so nothing is stored twice. Bounds keep headers of
-- registers and generated code from filling the index: no fields, enumerators, macros and variables
-- (their words are among the tags), 1000 definitions, 1000 imports, 500 docstrings of 500
-- characters. parseHttpHeader is followed by its words; parse_http_header falls into its own.
CREATE VIEW documents AS
SELECT
    asts.ast_id,
    (
        SELECT group_concat(told.text, char(10))
        FROM (
            SELECT
                symbols.name || CASE
                    WHEN symbols.name GLOB '*[a-z0-9][A-Z]*'
                        OR symbols.name GLOB '*[A-Z][A-Z][a-z]*'
                        THEN coalesce(
                            (
                                SELECT ' ' || symbol_names.words
                                FROM symbol_names
                                WHERE length(symbol_names.name) = length(symbols.name)
                                    AND symbol_names.name = symbols.name COLLATE NOCASE
                                    AND symbol_names.name = symbols.name
                            ),
                            ''
                        )
                    ELSE ''
                END AS text
            FROM symbols
            WHERE symbols.ast_id = asts.ast_id
                AND symbols.symbol_type IN (
                    'class', 'constructor', 'enum', 'function', 'impl', 'interface', 'message',
                    'method', 'module', 'namespace', 'package', 'procedure', 'protocol',
                    'prototype', 'resource', 'rpc', 'selector', 'service', 'stage', 'struct',
                    'table', 'target', 'trait', 'trigger', 'type', 'union', 'view'
                )
            ORDER BY symbols.symbol_type, symbols.name
            LIMIT 1000
        ) AS told
    ) AS definitions,
    (
        SELECT group_concat(told.module, char(10))
        FROM (
            SELECT imports.module
            FROM imports
            WHERE imports.ast_id = asts.ast_id
            ORDER BY imports.line_number, imports.column_number
            LIMIT 1000
        ) AS told
    ) AS imports,
    (
        SELECT group_concat(told.text, char(10))
        FROM (
            SELECT substr(definition_docs.docstring, 1, 500) AS text
            FROM definition_docs
            WHERE definition_docs.ast_id = asts.ast_id
            ORDER BY definition_docs.line_number, definition_docs.column_number
            LIMIT 500
        ) AS told
    ) AS docstrings,
    (
        -- A heavy tag stands there up to four times.
        SELECT group_concat(told.text, ' ')
        FROM (
            SELECT
                content_tags.tag
                || CASE WHEN content_tags.weight >= 8 THEN ' ' || content_tags.tag ELSE '' END
                || CASE WHEN content_tags.weight >= 64 THEN ' ' || content_tags.tag ELSE '' END
                || CASE WHEN content_tags.weight >= 512 THEN ' ' || content_tags.tag ELSE '' END
                AS text
            FROM content_tags
            WHERE content_tags.ast_id = asts.ast_id
            ORDER BY content_tags.tag
        ) AS told
    ) AS tags
FROM asts;

-- Documents by their contents. Positions and sizes stay: bm25 would read the view again, a row at
-- a time, for each that is not there.
CREATE VIRTUAL TABLE document_contents USING fts5 (
    definitions,
    imports,
    docstrings,
    tags,
    content = 'documents',
    content_rowid = 'ast_id',
    tokenize = 'porter unicode61'
);

-- The name and the path of a file, for search. HttpParser.java is followed by its words.
CREATE VIEW file_documents AS
SELECT
    told.file_id,
    substr(told.path, length(rtrim(told.path, replace(told.path, '/', ''))) + 1)
    || ' '
    || substr(told.words, length(rtrim(told.words, replace(told.words, '/', ''))) + 1)
    AS filename,
    told.path || ' ' || told.words AS path
FROM (
    SELECT
        files.file_id,
        files.path,
        CASE
            WHEN files.path GLOB '*[a-z0-9][A-Z]*' OR files.path GLOB '*[A-Z][A-Z][a-z]*'
                THEN (
                    WITH RECURSIVE cut (place, text) AS (
                        SELECT 1, ''
                        UNION ALL
                        SELECT
                            cut.place + 1,
                            cut.text
                            || CASE
                                WHEN substr(files.path, max(cut.place - 1, 1), 2)
                                    GLOB '[a-z0-9][A-Z]'
                                    OR substr(files.path, max(cut.place - 1, 1), 2)
                                    GLOB '[0-9][a-z]'
                                    OR substr(files.path, max(cut.place - 1, 1), 2)
                                    GLOB '[a-zA-Z][0-9]'
                                    OR substr(files.path, max(cut.place - 1, 1), 3)
                                    GLOB '[A-Z][A-Z][a-z]'
                                    THEN ' '
                                ELSE ''
                            END
                            || substr(files.path, cut.place, 1)
                        FROM cut
                        WHERE cut.place <= length(files.path)
                    )
                    SELECT cut.text FROM cut WHERE cut.place > length(files.path)
                )
            ELSE ''
        END AS words
    FROM files
) AS told;

CREATE VIRTUAL TABLE document_paths USING fts5 (
    filename,
    path,
    content = 'file_documents',
    content_rowid = 'file_id',
    tokenize = 'porter unicode61'
);

-- Search follows what goes and what moves; the shadow table tells what it holds. An AST that comes
-- by hand is searched for once it is whole, and has been inserted: INSERT INTO document_contents
-- (rowid, definitions, imports, docstrings, tags) SELECT * FROM documents WHERE ast_id = …;
CREATE TRIGGER asts_before_delete BEFORE DELETE ON asts
WHEN EXISTS (SELECT 1 FROM document_contents_docsize WHERE id = old.ast_id) BEGIN
    INSERT INTO document_contents (
        document_contents, rowid, definitions, imports, docstrings, tags
    )
    SELECT 'delete', ast_id, definitions, imports, docstrings, tags
    FROM documents
    WHERE ast_id = old.ast_id;
END;

CREATE TRIGGER files_insert AFTER INSERT ON files BEGIN
    INSERT INTO document_paths (rowid, filename, path)
    SELECT file_id, filename, path FROM file_documents WHERE file_id = new.file_id;
END;

CREATE TRIGGER files_before_delete BEFORE DELETE ON files
WHEN EXISTS (SELECT 1 FROM document_paths_docsize WHERE id = old.file_id) BEGIN
    INSERT INTO document_paths (document_paths, rowid, filename, path)
    SELECT 'delete', file_id, filename, path FROM file_documents WHERE file_id = old.file_id;
END;

CREATE TRIGGER files_before_update BEFORE UPDATE OF file_id, path ON files
WHEN EXISTS (SELECT 1 FROM document_paths_docsize WHERE id = old.file_id) BEGIN
    INSERT INTO document_paths (document_paths, rowid, filename, path)
    SELECT 'delete', file_id, filename, path FROM file_documents WHERE file_id = old.file_id;
END;

CREATE TRIGGER files_update AFTER UPDATE OF file_id, path ON files BEGIN
    INSERT INTO document_paths (rowid, filename, path)
    SELECT file_id, filename, path FROM file_documents WHERE file_id = new.file_id;
END;

-- The golden join: the only way from a symbol or a ref to a path. A file meets the AST of its own
-- language only: equal bytes in two languages are two ASTs.
CREATE VIEW golden_symbols AS
SELECT
    roots.name AS root,
    files.path,
    symbols.line_number,
    symbols.column_number,
    symbols.end_line,
    symbols.name,
    symbols.symbol_type,
    symbols.scope,
    symbols.signature,
    symbols.definition_hash,
    parser_versions.language,
    asts.content_hash,
    symbols.ast_id,
    symbols.symbol_id,
    files.file_id
FROM symbols
INNER JOIN asts ON symbols.ast_id = asts.ast_id
INNER JOIN parser_versions ON asts.parser_version_id = parser_versions.parser_version_id
INNER JOIN files
    ON asts.content_hash = files.content_hash AND parser_versions.language = files.language
INNER JOIN roots ON files.root_id = roots.root_id;

CREATE VIEW golden_refs AS
SELECT
    roots.name AS root,
    files.path,
    refs.line_number,
    refs.column_number,
    refs.name,
    refs.ref_type,
    refs.context,
    parser_versions.language,
    asts.content_hash,
    refs.ast_id,
    refs.ref_id,
    files.file_id
FROM refs
INNER JOIN asts ON refs.ast_id = asts.ast_id
INNER JOIN parser_versions ON asts.parser_version_id = parser_versions.parser_version_id
INNER JOIN files
    ON asts.content_hash = files.content_hash AND parser_versions.language = files.language
INNER JOIN roots ON files.root_id = roots.root_id;

-- What was done to this index, one row a flag day.
CREATE TABLE IF NOT EXISTS runs (
    run_id TEXT PRIMARY KEY,
    started_at TEXT NOT NULL, -- UTC, ISO 8601
    finished_at TEXT NOT NULL, -- UTC, ISO 8601
    tool_version TEXT NOT NULL,
    verdict TEXT NOT NULL CHECK (verdict IN ('passed', 'failed')),
    manifest_sha256 BLOB NOT NULL CHECK (length(manifest_sha256) = 32),
    artifacts TEXT NOT NULL -- folder, absolute
) STRICT, WITHOUT ROWID;

-- How long each step of a run took.
CREATE TABLE IF NOT EXISTS run_steps (
    run_id TEXT NOT NULL REFERENCES runs (run_id) ON DELETE CASCADE,
    step INTEGER NOT NULL, -- number in the protocol's order, from 1
    name TEXT NOT NULL,
    took_ms INTEGER NOT NULL,
    PRIMARY KEY (run_id, step)
) STRICT, WITHOUT ROWID;

-- Who did what to this index: the lines of the log beside it (<index>.audit.jsonl), as they were
-- when this index was put in service or migrated. The log has the whole history.
CREATE TABLE IF NOT EXISTS audit_log (
    line_sha256 BLOB PRIMARY KEY CHECK (length(line_sha256) = 32), -- of the line's bytes
    log_sha256 BLOB NOT NULL CHECK (length(log_sha256) = 32), -- of the log's first line: which log
    line INTEGER NOT NULL CHECK (line >= 1), -- number in the log, from 1
    at TEXT NOT NULL, -- UTC, ISO 8601
    who TEXT NOT NULL, -- user@host
    action TEXT NOT NULL, -- the command, or the part of it
    tool_version TEXT NOT NULL,
    digest BLOB CHECK (length(digest) = 32), -- SHA-256 of the database that it was done to
    result TEXT NOT NULL CHECK (result IN ('started', 'done', 'refused', 'failed')),
    detail TEXT NOT NULL CHECK (json_valid(detail)) -- an object
) STRICT, WITHOUT ROWID;

CREATE TRIGGER IF NOT EXISTS audit_log_no_update BEFORE UPDATE ON audit_log BEGIN
    SELECT RAISE (ABORT, 'audit_log is append-only');
END;

CREATE TRIGGER IF NOT EXISTS audit_log_no_delete BEFORE DELETE ON audit_log BEGIN
    SELECT RAISE (ABORT, 'audit_log is append-only');
END;

-- INSERT OR REPLACE deletes a row without the trigger above.
CREATE TRIGGER IF NOT EXISTS audit_log_no_replace BEFORE INSERT ON audit_log
WHEN EXISTS (SELECT 1 FROM audit_log WHERE line_sha256 = new.line_sha256) BEGIN
    SELECT RAISE (ABORT, 'audit_log is append-only');
END;
