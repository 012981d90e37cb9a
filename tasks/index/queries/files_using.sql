-- title:  Which files use a name, and how often
-- params: name; type, language, root, path (a glob) (NULL: any); limit (-1: none)
-- The ASTs and their counts come from the index refs_by_name alone; one ref of each AST then stands
-- for all of them in the golden join. The types are enumerated so that the index serves any type.
WITH RECURSIVE
types (ref_type) AS (
    SELECT MIN(ref_type) FROM refs
    UNION ALL
    SELECT (SELECT MIN(ref_type) FROM refs WHERE ref_type > types.ref_type)
    FROM types
    WHERE ref_type IS NOT NULL
),
asked (ref_id, uses) AS MATERIALIZED (
    SELECT MIN(refs.ref_id), COUNT(*)
    FROM types
    CROSS JOIN refs ON types.ref_type = refs.ref_type AND refs.name = :name
    WHERE :type IS NULL OR types.ref_type = :type
    GROUP BY refs.ast_id
)
SELECT
    root,
    path,
    language,
    uses
FROM asked
CROSS JOIN golden_refs ON asked.ref_id = golden_refs.ref_id
WHERE (:language IS NULL OR language = :language)
    AND (:root IS NULL OR root = :root)
    AND (:path IS NULL OR path GLOB :path)
ORDER BY root, path
LIMIT :limit;
