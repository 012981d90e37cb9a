-- title:  Every AST by its identity, with its id
SELECT
    asts.ast_id,
    parser_versions.language,
    asts.content_hash,
    parser_versions.fingerprint,
    asts.size_bytes,
    asts.line_count,
    asts.has_error
FROM asts
INNER JOIN parser_versions ON asts.parser_version_id = parser_versions.parser_version_id;
