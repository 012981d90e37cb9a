-- title:  Every file, with the AST that its content has and the parser version that made it
-- '' and x'' stand for NULL: the driver takes a column's type from its first row.
SELECT
    roots.name AS root,
    files.path,
    COALESCE(files.language, '') AS language,
    COALESCE(files.content_hash, x'') AS content_hash,
    files.size_bytes,
    files.outcome,
    COALESCE(files.reason, '') AS reason,
    COALESCE(asts.ast_id, 0) AS ast_id,
    CASE WHEN asts.ast_id IS NULL THEN x'' ELSE parser_versions.fingerprint END AS fingerprint
FROM files
INNER JOIN roots ON files.root_id = roots.root_id
LEFT JOIN parser_versions ON files.language = parser_versions.language
LEFT JOIN asts
    ON files.content_hash = asts.content_hash
    AND parser_versions.parser_version_id = asts.parser_version_id
ORDER BY roots.name, files.path;
