-- title:  A name that has answers here: defined and called, or else just defined
SELECT name
FROM (
    SELECT name
    FROM symbols
    WHERE symbol_type IN ('class', 'function', 'method', 'struct')
        AND LENGTH(name) BETWEEN 5 AND 24
        AND EXISTS (SELECT 1 FROM refs WHERE ref_type = 'call' AND refs.name = symbols.name)
    LIMIT 1
)
UNION ALL
SELECT name
FROM (SELECT name FROM symbols LIMIT 1)
LIMIT 1;
