-- title:  Where definitions stand that are identical to one of this name
-- params: name
-- The types are enumerated so that the index over (symbol_type, name) serves any type.
WITH RECURSIVE
types (symbol_type) AS (
    SELECT MIN(symbol_type) FROM symbols
    UNION ALL
    SELECT (SELECT MIN(symbol_type) FROM symbols WHERE symbol_type > types.symbol_type)
    FROM types
    WHERE symbol_type IS NOT NULL
),
asked (definition_hash) AS MATERIALIZED (
    SELECT DISTINCT definition_hash
    FROM symbols
    WHERE symbol_type IN (SELECT symbol_type FROM types)
        AND name = :name
        AND definition_hash IS NOT NULL
)
SELECT
    lower(hex(golden_symbols.definition_hash)) AS definition,
    root,
    path,
    line_number,
    column_number,
    end_line,
    name,
    symbol_type,
    scope,
    language,
    signature
FROM asked
CROSS JOIN golden_symbols ON asked.definition_hash = golden_symbols.definition_hash
ORDER BY definition, root, path, line_number, column_number, symbol_type, name;
