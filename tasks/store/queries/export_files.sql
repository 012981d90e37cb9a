-- title:  Every file, with the AST that its content has, in the order of root and path
SELECT
    roots.name AS root,
    files.path,
    COALESCE(files.language, '') AS language,
    COALESCE(files.content_hash, x'') AS content_hash,
    files.size_bytes,
    files.outcome,
    COALESCE(files.reason, '') AS reason,
    COALESCE(asts.ast_id, 0) AS ast_id
FROM files
INNER JOIN roots ON files.root_id = roots.root_id
LEFT JOIN parser_versions ON files.language = parser_versions.language
LEFT JOIN asts
    ON files.content_hash = asts.content_hash
    AND parser_versions.parser_version_id = asts.parser_version_id
ORDER BY roots.name, files.path;
