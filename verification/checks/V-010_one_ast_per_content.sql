-- id:       V-010
-- title:    Equal content has at most one AST per parser version, and one parser version a language
-- severity: fail
-- protocol: §6.2
-- group:    identity
SELECT
    hex(asts.content_hash) AS content_hash,
    parser_versions.language,
    COUNT(*) AS asts,
    COUNT(DISTINCT asts.parser_version_id) AS parser_versions
FROM asts
INNER JOIN parser_versions ON asts.parser_version_id = parser_versions.parser_version_id
GROUP BY asts.content_hash, parser_versions.language
HAVING COUNT(*) > 1
ORDER BY asts.content_hash, parser_versions.language;
