-- title:  The types that symbols have here
-- One look into the index a type, instead of one a row.
WITH RECURSIVE types (symbol_type) AS (
    SELECT MIN(symbol_type) FROM symbol_kinds
    UNION ALL
    SELECT (SELECT MIN(symbol_type) FROM symbol_kinds WHERE symbol_type > types.symbol_type)
    FROM types
    WHERE symbol_type IS NOT NULL
)
SELECT symbol_type
FROM types
WHERE symbol_type IS NOT NULL
ORDER BY symbol_type;
