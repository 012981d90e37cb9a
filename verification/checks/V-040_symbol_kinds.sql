-- id:       V-040
-- title:    Symbol kinds are those of the symbols
-- severity: fail
-- protocol: §6
-- group:    lookups
WITH derived AS (SELECT DISTINCT ast_id, symbol_type FROM symbols)
SELECT ast_id, symbol_type, 'not listed' AS problem
FROM derived
WHERE NOT EXISTS (
    SELECT 1
    FROM symbol_kinds AS kind
    WHERE kind.symbol_type = derived.symbol_type AND kind.ast_id = derived.ast_id
)
UNION ALL
SELECT ast_id, symbol_type, 'no such symbol' AS problem
FROM symbol_kinds AS kind
WHERE NOT EXISTS (
    SELECT 1
    FROM symbols
    WHERE symbols.ast_id = kind.ast_id AND symbols.symbol_type = kind.symbol_type
)
ORDER BY ast_id, symbol_type;
