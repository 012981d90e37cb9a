-- title:  How many symbols there are of each language and type
-- Counted by AST first, from the index symbols_identity alone.
SELECT
    parser_versions.language,
    counted.symbol_type,
    SUM(counted.rows) AS rows
FROM (
    SELECT ast_id, symbol_type, COUNT(*) AS rows
    FROM symbols
    GROUP BY ast_id, symbol_type
) AS counted
INNER JOIN asts ON counted.ast_id = asts.ast_id
INNER JOIN parser_versions ON asts.parser_version_id = parser_versions.parser_version_id
GROUP BY parser_versions.language, counted.symbol_type
ORDER BY parser_versions.language, counted.symbol_type;
