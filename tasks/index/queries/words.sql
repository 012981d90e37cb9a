-- title:  The words that filters find something with here: types, languages and roots
WITH RECURSIVE
symbol_types (type) AS (
    SELECT MIN(symbol_type) FROM symbols
    UNION ALL
    SELECT (SELECT MIN(symbol_type) FROM symbols WHERE symbol_type > symbol_types.type)
    FROM symbol_types
    WHERE type IS NOT NULL
),
ref_types (type) AS (
    SELECT MIN(ref_type) FROM refs
    UNION ALL
    SELECT (SELECT MIN(ref_type) FROM refs WHERE ref_type > ref_types.type)
    FROM ref_types
    WHERE type IS NOT NULL
)
SELECT 'type', type FROM symbol_types WHERE type IS NOT NULL
UNION
SELECT 'type', type FROM ref_types WHERE type IS NOT NULL
UNION
SELECT 'language', language
FROM parser_versions
WHERE parser_version_id IN (SELECT parser_version_id FROM asts)
UNION
SELECT 'root', name FROM roots
ORDER BY 1, 2;
