-- title:  Where a name is defined
-- params: name; type, language, root, path (a glob), scope (NULL: any, '': the
--         top level); limit (-1: none)
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
    line_number,
    column_number,
    end_line,
    name,
    symbol_type,
    scope,
    language,
    signature
FROM golden_symbols
WHERE symbol_type IN (SELECT symbol_type FROM types WHERE :type IS NULL OR symbol_type = :type)
    AND name = :name
    AND (:language IS NULL OR language = :language)
    AND (:root IS NULL OR root = :root)
    AND (:path IS NULL OR path GLOB :path)
    AND (:scope IS NULL OR COALESCE(scope, '') = :scope)
ORDER BY root, path, line_number, column_number, symbol_type
LIMIT :limit;
