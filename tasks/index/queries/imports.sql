-- title:  Which files import a module or what lies inside of it, and where
-- params: module; language, root, path (a glob), NULL: any
-- What lies inside follows the module and a mark of its language: . / : or \
SELECT
    roots.name,
    files.path,
    imports.line_number,
    imports.column_number,
    imports.module,
    imports.import_kind,
    imports.origin,
    parser_versions.language,
    files.root_id
FROM imports
CROSS JOIN asts ON imports.ast_id = asts.ast_id
CROSS JOIN parser_versions ON asts.parser_version_id = parser_versions.parser_version_id
CROSS JOIN files
    ON asts.content_hash = files.content_hash AND parser_versions.language = files.language
CROSS JOIN roots ON files.root_id = roots.root_id
WHERE (
    imports.module = :module
    OR (imports.module > :module || '.' AND imports.module < :module || '0') -- . and /
    OR (imports.module > :module || ':' AND imports.module < :module || ';')
    OR (imports.module > :module || '\' AND imports.module < :module || ']')
)
    AND (:language IS NULL OR parser_versions.language = :language)
    AND (:root IS NULL OR roots.name = :root)
    AND (:path IS NULL OR files.path GLOB :path)
ORDER BY roots.name, files.path, imports.line_number, imports.column_number;
