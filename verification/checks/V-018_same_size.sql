-- id:       V-018
-- title:    An AST has the size of the files whose content it is
-- severity: fail
-- protocol: §6.2
-- group:    identity
SELECT asts.ast_id, asts.size_bytes, files.path, files.size_bytes AS file_size_bytes
FROM asts
INNER JOIN files ON files.content_hash = asts.content_hash
WHERE files.size_bytes <> asts.size_bytes
ORDER BY asts.ast_id, files.path;
