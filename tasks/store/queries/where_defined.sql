-- title:  Files in which a symbol of this name is defined
-- params: name; type, language, root (NULL: any)
-- The types are enumerated so that the index over (symbol_type, name) serves any type.
WITH RECURSIVE
types (symbol_type) AS (
    SELECT MIN(symbol_type) FROM symbols
    UNION ALL
    SELECT (SELECT MIN(symbol_type) FROM symbols WHERE symbol_type > types.symbol_type)
    FROM types
    WHERE symbol_type IS NOT NULL
)
SELECT
    root,
    path,
    line_number AS line,
    column_number AS "column",
    name,
    symbol_type AS type,
    scope,
    language,
    end_line,
    signature
FROM golden_symbols
WHERE symbol_type IN (SELECT symbol_type FROM types WHERE :type IS NULL OR symbol_type = :type)
    AND name = :name
    AND (:language IS NULL OR language = :language)
    AND (:root IS NULL OR root = :root)
ORDER BY root, path, line_number, column_number;
