-- title:  A name to try, and whether it is used: defined and called, or used, or just defined
-- The types are enumerated so that the index over (ref_type, name) serves any type.
WITH RECURSIVE
types (ref_type) AS (
    SELECT MIN(ref_type) FROM refs
    UNION ALL
    SELECT (SELECT MIN(ref_type) FROM refs WHERE ref_type > types.ref_type)
    FROM types
    WHERE ref_type IS NOT NULL
)
SELECT name, 1 AS is_used
FROM (
    SELECT name
    FROM symbols
    WHERE symbol_type IN ('class', 'function', 'method', 'struct')
        AND LENGTH(name) BETWEEN 5 AND 24
        AND EXISTS (SELECT 1 FROM refs WHERE ref_type = 'call' AND refs.name = symbols.name)
    LIMIT 1
)
UNION ALL
SELECT name, 1 AS is_used
FROM (
    SELECT name
    FROM symbols
    WHERE EXISTS (
        SELECT 1
        FROM types
        CROSS JOIN refs ON types.ref_type = refs.ref_type AND refs.name = symbols.name
    )
    LIMIT 1
)
UNION ALL
SELECT name, 0 AS is_used
FROM (SELECT name FROM symbols LIMIT 1)
LIMIT 1;
