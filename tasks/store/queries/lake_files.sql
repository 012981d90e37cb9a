-- title:  Every file, with the parser version that has made an AST of its content
SELECT
    roots.name AS root,
    files.path,
    COALESCE(files.language, '') AS language,
    COALESCE(files.content_hash, x'') AS content_hash,
    COALESCE(
        CASE WHEN asts.ast_id IS NOT NULL THEN parser_versions.fingerprint END,
        x''
    ) AS fingerprint,
    files.size_bytes,
    files.outcome,
    COALESCE(files.reason, '') AS reason
FROM files
INNER JOIN roots ON files.root_id = roots.root_id
LEFT JOIN parser_versions ON files.language = parser_versions.language
LEFT JOIN asts
    ON files.content_hash = asts.content_hash
    AND parser_versions.parser_version_id = asts.parser_version_id;
