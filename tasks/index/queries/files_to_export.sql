-- title:  Files that have an AST, in the order of root and path
-- params: root (NULL: any)
SELECT
    files.file_id,
    roots.name AS root,
    files.path,
    files.language,
    asts.encoding
FROM roots
CROSS JOIN files ON roots.root_id = files.root_id
CROSS JOIN parser_versions ON files.language = parser_versions.language
CROSS JOIN asts
    ON files.content_hash = asts.content_hash
    AND parser_versions.parser_version_id = asts.parser_version_id
WHERE (:root IS NULL OR roots.name = :root)
    AND files.outcome IN ('indexed', 'partial')
ORDER BY roots.name, files.path;
