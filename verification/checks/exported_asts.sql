-- title:  What asts.parquet holds
SELECT
    asts.content_hash,
    parser_versions.language,
    asts.size_bytes,
    asts.line_count,
    asts.has_error,
    parser_versions.fingerprint
FROM asts
INNER JOIN parser_versions ON asts.parser_version_id = parser_versions.parser_version_id
