-- title:  How many refs there are of each language and type
-- Counted by AST first, from the index refs_by_ast alone.
SELECT
    parser_versions.language,
    counted.ref_type,
    SUM(counted.rows) AS rows
FROM (
    SELECT ast_id, ref_type, COUNT(*) AS rows
    FROM refs
    GROUP BY ast_id, ref_type
) AS counted
INNER JOIN asts ON counted.ast_id = asts.ast_id
INNER JOIN parser_versions ON asts.parser_version_id = parser_versions.parser_version_id
GROUP BY parser_versions.language, counted.ref_type
ORDER BY parser_versions.language, counted.ref_type;
