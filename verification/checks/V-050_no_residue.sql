-- id:       V-050
-- title:    Nothing is left of what was dropped
-- severity: fail
-- protocol: §2
-- group:    residue
-- Triggers have names of their own: one may be called as a table that was dropped.
-- SQLite writes the name of a shadow table in single quotes; hardly anyone else does.
WITH suffixes (suffix) AS (
    VALUES
        ('_data'), ('_idx'), ('_content'), ('_docsize'), ('_config'),
        ('_segments'), ('_segdir'), ('_stat')
),
left_over (type, name, problem) AS (
    SELECT found.type, found.name, 'was dropped'
    FROM json_each(:dropped) AS dropped
    INNER JOIN main.sqlite_schema AS found
        ON lower(found.name) = lower(dropped.value) AND found.type <> 'trigger'
    UNION ALL
    SELECT found.type, found.name, 'its FTS table is gone'
    FROM main.sqlite_schema AS found
    INNER JOIN suffixes
        ON substr(found.name, -length(suffixes.suffix)) = suffixes.suffix
        AND found.sql LIKE 'CREATE TABLE ''%'
    WHERE NOT EXISTS (
        SELECT 1
        FROM main.sqlite_schema AS base
        WHERE base.name = substr(found.name, 1, length(found.name) - length(suffixes.suffix))
    )
)
SELECT type, name, problem
FROM left_over
WHERE NOT EXISTS (
    SELECT 1
    FROM v5_objects AS expected
    WHERE lower(expected.name) = lower(left_over.name) AND expected.type = left_over.type
)
ORDER BY name, problem;
