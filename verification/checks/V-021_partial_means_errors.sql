-- id:       V-021
-- title:    A file is partial exactly where its AST has errors
-- severity: fail
-- protocol: §5
-- group:    ledger
SELECT roots.name AS root, files.path, files.outcome, asts.has_error
FROM files
INNER JOIN parser_versions ON files.language = parser_versions.language
INNER JOIN asts
    ON files.content_hash = asts.content_hash
    AND parser_versions.parser_version_id = asts.parser_version_id
INNER JOIN roots ON files.root_id = roots.root_id
WHERE files.outcome IN ('indexed', 'partial')
    AND (files.outcome = 'partial') <> asts.has_error
ORDER BY roots.name, files.path;
