-- id:       V-019
-- title:    ASTs are numbered in the order of parser version and content hash
-- severity: fail
-- protocol: §6.2
-- group:    identity
-- So equal sets of contents have equal numbers, wherever their files lie.
SELECT ast_id, hex(content_hash) AS content_hash, ast_id_before
FROM (
    SELECT
        ast_id,
        content_hash,
        LAG(ast_id) OVER (ORDER BY parser_version_id, content_hash) AS ast_id_before
    FROM asts
)
WHERE ast_id < ast_id_before
ORDER BY ast_id;
