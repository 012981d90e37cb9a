-- title:  The files that hold ASTs, in the order of root and path
-- params: asts (a JSON list of ids); language, root, path (a glob), NULL: any
-- CROSS JOIN keeps the order: from an AST to its content to the files.
SELECT
    roots.name AS root,
    files.path,
    files.language,
    asts.ast_id
FROM json_each(:asts) AS asked
CROSS JOIN asts ON asked.value = asts.ast_id
CROSS JOIN parser_versions ON asts.parser_version_id = parser_versions.parser_version_id
CROSS JOIN files
    ON asts.content_hash = files.content_hash AND parser_versions.language = files.language
CROSS JOIN roots ON files.root_id = roots.root_id
WHERE (:language IS NULL OR files.language = :language)
    AND (:root IS NULL OR roots.name = :root)
    AND (:path IS NULL OR files.path GLOB :path)
ORDER BY roots.name, files.path;
