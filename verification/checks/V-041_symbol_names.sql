-- id:       V-041
-- title:    Symbol names are the distinct names of the symbols
-- severity: fail
-- protocol: §6
-- group:    lookups
-- The inner DISTINCT follows the index over (symbol_type, name) and sorts nothing.
WITH names (name, is_defined, times_listed) AS (
    SELECT name, 1, 0
    FROM (SELECT DISTINCT symbol_type, name FROM symbols)
    UNION ALL
    SELECT name, 0, 1
    FROM symbol_names
)
SELECT name, MAX(is_defined) AS is_defined, SUM(times_listed) AS times_listed
FROM names
GROUP BY name
HAVING MAX(is_defined) <> SUM(times_listed)
ORDER BY name;
