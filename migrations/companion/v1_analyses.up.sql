-- title:    Keep analyses of contents, and how often and how long questions are asked
-- from:     nothing
-- to:       v1
-- reason:   readers write these, and no flag day may throw them away: they lie beside the index
-- restores: v1_analyses.down.sql (nothing: every analysis and every count is lost)

-- What analyses are made by, with the sums over its entries: statistics read these few rows alone.
-- Triggers keep the sums of entries true; hits and misses come in batches from readers.
CREATE TABLE analysis_makers (
    maker_id INTEGER PRIMARY KEY,
    cache_type TEXT NOT NULL, -- what kind of analysis: summary, review, metrics, …
    provider TEXT NOT NULL, -- who made it; '' where that says nothing
    model TEXT NOT NULL, -- by which model; '' where there is none
    entries INTEGER NOT NULL DEFAULT 0,
    json_bytes INTEGER NOT NULL DEFAULT 0, -- of the values, not compressed
    stored_bytes INTEGER NOT NULL DEFAULT 0, -- of the values, as stored
    input_tokens INTEGER NOT NULL DEFAULT 0, -- that the entries cost
    output_tokens INTEGER NOT NULL DEFAULT 0,
    cached_tokens INTEGER NOT NULL DEFAULT 0, -- read from the provider's own cache
    cost_nano INTEGER NOT NULL DEFAULT 0, -- 1e-9 of the currency of the plan's prices
    unpriced INTEGER NOT NULL DEFAULT 0, -- entries with tokens and without a known price
    hits INTEGER NOT NULL DEFAULT 0,
    misses INTEGER NOT NULL DEFAULT 0,
    saved_nano INTEGER NOT NULL DEFAULT 0, -- what the hits would have cost; 1e-9 of the currency
    UNIQUE (cache_type, provider, model)
) STRICT;

-- One row a value; the value itself lies apart, so that what is counted and sorted stays small.
CREATE TABLE analysis_cache (
    entry_id INTEGER PRIMARY KEY AUTOINCREMENT, -- never given twice: evictions go by it
    cache_key BLOB NOT NULL UNIQUE CHECK (length(cache_key) = 32), -- SHA-256 of all factors
    recipe INTEGER NOT NULL, -- version of the recipe of the key, see tasks/cache/keys.py
    maker_id INTEGER NOT NULL REFERENCES analysis_makers (maker_id),
    content_hash BLOB NOT NULL CHECK (length(content_hash) = 32), -- SHA-256 of the raw bytes
    prompt_hash TEXT NOT NULL, -- '' where there is no prompt
    schema_version TEXT NOT NULL, -- of the value; '' where it has none
    json_bytes INTEGER NOT NULL CHECK (json_bytes > 0),
    stored_bytes INTEGER NOT NULL CHECK (stored_bytes > 0),
    input_tokens INTEGER NOT NULL CHECK (input_tokens >= 0),
    output_tokens INTEGER NOT NULL CHECK (output_tokens >= 0),
    cached_tokens INTEGER NOT NULL CHECK (cached_tokens >= 0),
    cost_nano INTEGER CHECK (cost_nano >= 0), -- 1e-9 of the currency; NULL: no price is known
    created_at_ms INTEGER NOT NULL, -- UTC, milliseconds since the epoch, as all of these
    updated_at_ms INTEGER NOT NULL,
    accessed_at_ms INTEGER, -- NULL: never
    access_count INTEGER NOT NULL DEFAULT 0
) STRICT;

-- The golden join enters here.
CREATE INDEX analysis_cache_by_content ON analysis_cache (content_hash);

-- Dictionaries for compression, and what was measured where one does not pay. A row never changes,
-- and the newest one of a type compresses what comes next.
CREATE TABLE analysis_dictionaries (
    dictionary_id INTEGER PRIMARY KEY,
    cache_type TEXT NOT NULL,
    trained_at_ms INTEGER NOT NULL, -- UTC, milliseconds since the epoch
    samples INTEGER NOT NULL, -- values that it was trained on
    measured_json_bytes INTEGER NOT NULL, -- of other values, not compressed
    measured_plain_bytes INTEGER NOT NULL, -- of these, compressed without a dictionary
    measured_trained_bytes INTEGER NOT NULL, -- of these, compressed with this one
    dictionary BLOB -- zstd; NULL: it does not pay
) STRICT;

CREATE INDEX analysis_dictionaries_by_type
ON analysis_dictionaries (cache_type, dictionary_id);

CREATE TABLE analysis_values (
    entry_id INTEGER PRIMARY KEY, -- of analysis_cache; a trigger deletes both together
    dictionary_id INTEGER REFERENCES analysis_dictionaries (dictionary_id), -- NULL: none
    value BLOB NOT NULL -- JSON in UTF-8, one zstd frame
) STRICT;

-- What happened in each month, whether its entries are still there or not.
CREATE TABLE analysis_months (
    month TEXT NOT NULL CHECK (month GLOB '[0-9][0-9][0-9][0-9]-[01][0-9]'), -- UTC
    maker_id INTEGER NOT NULL REFERENCES analysis_makers (maker_id),
    sets INTEGER NOT NULL DEFAULT 0, -- values kept, new ones and newer ones
    hits INTEGER NOT NULL DEFAULT 0,
    misses INTEGER NOT NULL DEFAULT 0,
    input_tokens INTEGER NOT NULL DEFAULT 0, -- that these values cost
    output_tokens INTEGER NOT NULL DEFAULT 0,
    cached_tokens INTEGER NOT NULL DEFAULT 0,
    cost_nano INTEGER NOT NULL DEFAULT 0, -- 1e-9 of the currency
    saved_nano INTEGER NOT NULL DEFAULT 0, -- what the hits would have cost
    PRIMARY KEY (month, maker_id)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER analysis_cache_insert AFTER INSERT ON analysis_cache BEGIN
    UPDATE analysis_makers
    SET
        entries = entries + 1,
        json_bytes = json_bytes + new.json_bytes,
        stored_bytes = stored_bytes + new.stored_bytes,
        input_tokens = input_tokens + new.input_tokens,
        output_tokens = output_tokens + new.output_tokens,
        cached_tokens = cached_tokens + new.cached_tokens,
        cost_nano = cost_nano + ifnull(new.cost_nano, 0),
        unpriced = unpriced + (
            new.cost_nano IS NULL AND new.input_tokens + new.output_tokens + new.cached_tokens > 0
        )
    WHERE maker_id = new.maker_id;
END;

CREATE TRIGGER analysis_cache_delete AFTER DELETE ON analysis_cache BEGIN
    UPDATE analysis_makers
    SET
        entries = entries - 1,
        json_bytes = json_bytes - old.json_bytes,
        stored_bytes = stored_bytes - old.stored_bytes,
        input_tokens = input_tokens - old.input_tokens,
        output_tokens = output_tokens - old.output_tokens,
        cached_tokens = cached_tokens - old.cached_tokens,
        cost_nano = cost_nano - ifnull(old.cost_nano, 0),
        unpriced = unpriced - (
            old.cost_nano IS NULL AND old.input_tokens + old.output_tokens + old.cached_tokens > 0
        )
    WHERE maker_id = old.maker_id;
    DELETE FROM analysis_values
    WHERE entry_id = old.entry_id;
END;

-- Not fired by a count of accesses.
CREATE TRIGGER analysis_cache_update
AFTER UPDATE OF json_bytes, stored_bytes, input_tokens, output_tokens, cached_tokens, cost_nano
ON analysis_cache BEGIN
    UPDATE analysis_makers
    SET
        json_bytes = json_bytes + new.json_bytes - old.json_bytes,
        stored_bytes = stored_bytes + new.stored_bytes - old.stored_bytes,
        input_tokens = input_tokens + new.input_tokens - old.input_tokens,
        output_tokens = output_tokens + new.output_tokens - old.output_tokens,
        cached_tokens = cached_tokens + new.cached_tokens - old.cached_tokens,
        cost_nano = cost_nano + ifnull(new.cost_nano, 0) - ifnull(old.cost_nano, 0),
        unpriced = unpriced
        + (new.cost_nano IS NULL AND new.input_tokens + new.output_tokens + new.cached_tokens > 0)
        - (old.cost_nano IS NULL AND old.input_tokens + old.output_tokens + old.cached_tokens > 0)
    WHERE maker_id = new.maker_id;
END;

-- A key says all of these: an entry never changes them.
CREATE TRIGGER analysis_cache_protect_key
BEFORE UPDATE OF cache_key, recipe, maker_id, content_hash, prompt_hash, schema_version
ON analysis_cache BEGIN
    SELECT RAISE (ABORT, 'the factors of a key are immutable');
END;

-- How long questions took, as a histogram: bucket b counts times of 2^(b/4) to 2^((b+1)/4)
-- microseconds; bucket 0 those below, too.
CREATE TABLE query_stats (
    kind TEXT NOT NULL, -- where, uses, search, …
    bucket INTEGER NOT NULL CHECK (bucket BETWEEN 0 AND 255),
    queries INTEGER NOT NULL,
    total_us INTEGER NOT NULL, -- sum of the times, microseconds
    PRIMARY KEY (kind, bucket)
) STRICT, WITHOUT ROWID;
