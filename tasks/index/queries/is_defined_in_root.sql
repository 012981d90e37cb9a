-- title:  Whether a root defines a name
-- params: name, root
-- The types are enumerated so that the index over (symbol_type, name) serves any type.
WITH RECURSIVE
types (symbol_type) AS (
    SELECT MIN(symbol_type) FROM symbols
    UNION ALL
    SELECT (SELECT MIN(symbol_type) FROM symbols WHERE symbol_type > types.symbol_type)
    FROM types
    WHERE symbol_type IS NOT NULL
)
SELECT EXISTS (
    SELECT 1
    FROM golden_symbols
    WHERE symbol_type IN (SELECT symbol_type FROM types)
        AND name = :name
        AND root = :root
) AS is_defined;
