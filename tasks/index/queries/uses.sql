-- title:  Where a name is used
-- params: name; type, language, root, path (a glob), scope (NULL: any); limit (-1: none)
-- The types are enumerated so that the index over (ref_type, name) serves any type.
WITH RECURSIVE
types (ref_type) AS (
    SELECT MIN(ref_type) FROM refs
    UNION ALL
    SELECT (SELECT MIN(ref_type) FROM refs WHERE ref_type > types.ref_type)
    FROM types
    WHERE ref_type IS NOT NULL
)
SELECT
    root,
    path,
    line_number,
    column_number,
    name,
    ref_type,
    context,
    language
FROM golden_refs
WHERE ref_type IN (SELECT ref_type FROM types WHERE :type IS NULL OR ref_type = :type)
    AND name = :name
    AND (:language IS NULL OR language = :language)
    AND (:root IS NULL OR root = :root)
    AND (:path IS NULL OR path GLOB :path)
    AND (:scope IS NULL OR context = :scope)
ORDER BY root, path, line_number, column_number, ref_type, context
LIMIT :limit;
