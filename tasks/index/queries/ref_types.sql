-- title:  The types that usages have here, or the one asked for, as a JSON list
-- params: type (NULL: any)
-- One look into the index a type, instead of one a row.
WITH RECURSIVE types (ref_type) AS (
    SELECT MIN(ref_type) FROM refs
    UNION ALL
    SELECT (SELECT MIN(ref_type) FROM refs WHERE ref_type > types.ref_type)
    FROM types
    WHERE ref_type IS NOT NULL
)
SELECT json_group_array(ref_type)
FROM types
WHERE ref_type IS NOT NULL
    AND (:type IS NULL OR ref_type = :type);
