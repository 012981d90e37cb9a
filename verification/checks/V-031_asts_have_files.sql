-- id:       V-031
-- title:    Every AST belongs to an indexed or partial file
-- severity: fail
-- protocol: §6.3
-- group:    golden join
SELECT asts.ast_id, parser_versions.language, hex(asts.content_hash) AS content_hash
FROM asts
LEFT JOIN parser_versions ON asts.parser_version_id = parser_versions.parser_version_id
WHERE NOT EXISTS (
    SELECT 1
    FROM files
    WHERE files.content_hash = asts.content_hash
        AND files.language = parser_versions.language
        AND files.outcome IN ('indexed', 'partial')
)
ORDER BY asts.ast_id;
