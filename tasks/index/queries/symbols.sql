-- title:  What a file defines, in the order of its lines
-- params: file (a path in its root, root/path, or the absolute path); type, root (NULL: any);
--         limit (-1: none)
-- CROSS JOIN keeps the order: from the few files of this path to their symbols.
WITH
places (root_id, name, location) AS MATERIALIZED (
    SELECT root_id, name, location || coalesce('@' || substr(commit_id, 1, 12), '')
    FROM roots
),
asked (file_id) AS MATERIALIZED (
    SELECT files.file_id
    FROM places
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
    WHERE :root IS NULL OR places.name = :root
)
SELECT
    root,
    path,
    line_number,
    column_number,
    end_line,
    name,
    symbol_type,
    scope,
    language,
    signature
FROM asked
CROSS JOIN golden_symbols ON asked.file_id = golden_symbols.file_id
WHERE :type IS NULL OR symbol_type = :type
ORDER BY root, path, line_number, column_number, symbol_type, name
LIMIT :limit;
