-- title:  The files that a path means, and what became of each
-- params: file (a path in its root, root/path, or the absolute path)
SELECT
    places.name AS root,
    files.path,
    files.language,
    files.size_bytes,
    files.outcome,
    files.reason
FROM (
    SELECT
        root_id,
        name,
        location || coalesce('@' || substr(commit_id, 1, 12), '') AS location
    FROM roots
) AS places
CROSS JOIN files
    ON places.root_id = files.root_id
    AND files.path IN (
        :file,
        CASE
            WHEN substr(:file, 1, length(places.name) + 1) = places.name || '/'
                THEN substr(:file, length(places.name) + 2)
        END,
        CASE
            WHEN substr(:file, 1, length(places.location) + 1) = places.location || '/'
                THEN substr(:file, length(places.location) + 2)
        END
    )
ORDER BY places.name, files.path;
