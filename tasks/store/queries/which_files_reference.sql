-- title:  Files and places that reference this name
-- params: name; type, language, root (NULL: any)
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
    line_number AS line,
    column_number AS "column",
    name,
    ref_type AS type,
    context AS scope,
    language
FROM golden_refs
WHERE ref_type IN (SELECT ref_type FROM types WHERE :type IS NULL OR ref_type = :type)
    AND name = :name
    AND (:language IS NULL OR language = :language)
    AND (:root IS NULL OR root = :root)
ORDER BY root, path, line_number, column_number;
