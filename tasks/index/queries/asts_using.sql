-- title:  Which files use a name, by the types of the uses, with their ASTs
-- params: name; type, language, root, path (a glob) (NULL: any)
-- The types are enumerated so that the index serves any type. CROSS JOIN keeps the order: from the
-- index refs_by_name alone to contents to files.
WITH RECURSIVE
types (ref_type) AS (
    SELECT MIN(ref_type) FROM refs
    UNION ALL
    SELECT (SELECT MIN(ref_type) FROM refs WHERE ref_type > types.ref_type)
    FROM types
    WHERE ref_type IS NOT NULL
),
asked (ast_id, ref_type) AS MATERIALIZED (
    SELECT DISTINCT refs.ast_id, types.ref_type
    FROM types
    CROSS JOIN refs ON types.ref_type = refs.ref_type AND refs.name = :name
    WHERE :type IS NULL OR types.ref_type = :type
)
SELECT
    roots.name AS root,
    files.path,
    files.language,
    asked.ast_id,
    asked.ref_type
FROM asked
CROSS JOIN asts ON asked.ast_id = asts.ast_id
CROSS JOIN parser_versions ON asts.parser_version_id = parser_versions.parser_version_id
CROSS JOIN files
    ON asts.content_hash = files.content_hash AND parser_versions.language = files.language
CROSS JOIN roots ON files.root_id = roots.root_id
WHERE (:language IS NULL OR files.language = :language)
    AND (:root IS NULL OR roots.name = :root)
    AND (:path IS NULL OR files.path GLOB :path)
ORDER BY roots.name, files.path;
