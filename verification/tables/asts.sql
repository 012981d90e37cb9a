-- title:  Every AST by its identity, with all that is kept of it
SELECT
    parser_versions.fingerprint,
    asts.content_hash,
    asts.size_bytes,
    asts.line_count,
    asts.has_error,
    asts.encoding,
    asts.facts
FROM asts
INNER JOIN parser_versions ON asts.parser_version_id = parser_versions.parser_version_id
ORDER BY asts.ast_id;
