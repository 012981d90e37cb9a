-- title:  The ids of files by their paths
-- params: paths (a JSON array; each path is absolute, root/path, or a path in its root)
-- CROSS JOIN keeps the order: from a path to its file in each root. No row: there is no such file.
WITH
places (root_id, name, location) AS MATERIALIZED (
    SELECT root_id, name, location || coalesce('@' || substr(commit_id, 1, 12), '')
    FROM roots
),
asked (place, path) AS MATERIALIZED (
    SELECT key, value FROM json_each(:paths)
)
SELECT
    asked.place,
    MIN(files.file_id) AS file_id,
    COUNT(DISTINCT files.file_id) AS files
FROM asked
CROSS JOIN places
CROSS JOIN files
    ON places.root_id = files.root_id
    AND files.path IN (
        asked.path,
        CASE
            WHEN substr(asked.path, 1, length(places.name) + 1) = places.name || '/'
                THEN substr(asked.path, length(places.name) + 2)
        END,
        CASE
            WHEN substr(asked.path, 1, length(places.location) + 1) = places.location || '/'
                THEN substr(asked.path, length(places.location) + 2)
        END
    )
GROUP BY asked.place
ORDER BY asked.place;
