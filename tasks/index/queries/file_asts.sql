-- title:  Files by their ids; the AST of each, and whether that defines what is of a kind
-- params: file_ids (a JSON array), kind (NULL: any)
-- CROSS JOIN keeps the order: from an id to its file. No row: there is no such file; no ast_id: it
-- has no AST.
SELECT
    files.file_id,
    roots.name AS root,
    files.path,
    files.language,
    files.content_hash,
    asts.ast_id,
    :kind IS NULL
    OR EXISTS (
        SELECT 1
        FROM symbol_kinds
        WHERE symbol_kinds.symbol_type = :kind AND symbol_kinds.ast_id = asts.ast_id
    ) AS has_kind
FROM (SELECT DISTINCT value AS file_id FROM json_each(:file_ids)) AS asked
CROSS JOIN files ON asked.file_id = files.file_id
INNER JOIN roots ON files.root_id = roots.root_id
LEFT JOIN parser_versions ON files.language = parser_versions.language
LEFT JOIN asts
    ON files.content_hash = asts.content_hash
    AND parser_versions.parser_version_id = asts.parser_version_id
ORDER BY files.file_id;
