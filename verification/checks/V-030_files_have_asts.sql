-- id:       V-030
-- title:    Every indexed or partial file is reached by an AST
-- severity: fail
-- protocol: §6.3
-- group:    golden join
-- By one AST only: V-010.
SELECT roots.name AS root, files.path, files.language, hex(files.content_hash) AS content_hash
FROM files
INNER JOIN roots ON files.root_id = roots.root_id
WHERE files.outcome IN ('indexed', 'partial')
    AND NOT EXISTS (
        SELECT 1
        FROM asts
        INNER JOIN parser_versions ON asts.parser_version_id = parser_versions.parser_version_id
        WHERE asts.content_hash = files.content_hash
            AND parser_versions.language = files.language
    )
ORDER BY roots.name, files.path;
