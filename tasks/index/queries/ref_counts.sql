-- title:  How many refs there are of each language and type
-- Counted AST by AST: its refs lie together.
SELECT
    parser_versions.language,
    counted.key AS ref_type,
    SUM(counted.value) AS rows
FROM asts
INNER JOIN parser_versions ON asts.parser_version_id = parser_versions.parser_version_id
CROSS JOIN json_each(
    (
        SELECT json_group_object(of_type.ref_type, of_type.rows)
        FROM (
            SELECT ref_type, COUNT(*) AS rows
            FROM refs
            WHERE refs.ast_id = asts.ast_id
            GROUP BY ref_type
        ) AS of_type
    )
) AS counted
GROUP BY parser_versions.language, counted.key
ORDER BY parser_versions.language, counted.key;
