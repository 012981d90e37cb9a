-- id:       V-041
-- title:    Symbol names are the distinct names of the symbols, each with their number
-- severity: fail
-- protocol: §6
-- group:    lookups
-- The first GROUP BY follows the index over (symbol_type, name) and sorts nothing.
WITH names (name, symbols, times_listed, definitions) AS (
    SELECT name, COUNT(*), 0, 0
    FROM symbols
    GROUP BY symbol_type, name
    UNION ALL
    SELECT name, 0, 1, definitions
    FROM symbol_names
)
SELECT
    name,
    SUM(symbols) AS symbols,
    SUM(times_listed) AS times_listed,
    SUM(definitions) AS definitions
FROM names
GROUP BY name
HAVING SUM(times_listed) <> 1 OR SUM(symbols) <> SUM(definitions)
ORDER BY name;
