-- title:  Which files import a module, and where
-- params: module; language, root, path (a glob) (NULL: any); limit (-1: none)
SELECT
    roots.name AS root,
    files.path,
    imports.line_number,
    imports.column_number,
    imports.module,
    imports.import_kind,
    NULL AS origin,
    parser_versions.language
FROM imports
CROSS JOIN asts ON imports.ast_id = asts.ast_id
INNER JOIN parser_versions ON asts.parser_version_id = parser_versions.parser_version_id
INNER JOIN files
    ON asts.content_hash = files.content_hash AND parser_versions.language = files.language
INNER JOIN roots ON files.root_id = roots.root_id
WHERE imports.module = :module
    AND (:language IS NULL OR parser_versions.language = :language)
    AND (:root IS NULL OR roots.name = :root)
    AND (:path IS NULL OR files.path GLOB :path)
ORDER BY roots.name, files.path, imports.line_number, imports.column_number
LIMIT :limit;
