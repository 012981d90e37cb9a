-- title:  Imported modules of which one may be meant
-- params: module; shortest, longest (characters)
-- A slip of the pen leaves one half of a name as it is.
SELECT DISTINCT module
FROM imports
WHERE LENGTH(module) BETWEEN :shortest AND :longest
    AND (
        LOWER(SUBSTR(module, 1, LENGTH(:module) / 2)) = LOWER(SUBSTR(:module, 1, LENGTH(:module) / 2))
        OR LOWER(SUBSTR(module, -((LENGTH(:module) + 1) / 2)))
        = LOWER(SUBSTR(:module, -((LENGTH(:module) + 1) / 2)))
    )
ORDER BY module
LIMIT 2000;
