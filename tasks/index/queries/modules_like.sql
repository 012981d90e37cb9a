-- title:  Imported modules of which one may be meant
-- params: module; shortest, longest (characters)
-- A slip of the pen leaves one half of a name as it is.
WITH halves (first, last) AS (
    SELECT
        lower(substr(:module, 1, length(:module) / 2)),
        lower(substr(:module, length(:module) / 2 + 1))
)
SELECT DISTINCT imports.module
FROM halves
CROSS JOIN imports
WHERE length(imports.module) BETWEEN :shortest AND :longest
    AND (
        lower(substr(imports.module, 1, length(halves.first))) = halves.first
        OR lower(substr(imports.module, -length(halves.last))) = halves.last
    )
ORDER BY imports.module
LIMIT 2000;
