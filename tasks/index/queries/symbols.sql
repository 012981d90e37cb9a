-- title:  What a file defines, in the order of its lines
-- params: file (a path in its root, root/path, or the absolute path); type, root (NULL: any);
--         limit (-1: none)
-- CROSS JOIN keeps the order: from the few files of this path to their symbols.
WITH
asked (file_id) AS MATERIALIZED (
    SELECT files.file_id
    FROM roots
    CROSS JOIN files
        ON roots.root_id = files.root_id
        AND files.path IN (
            :file,
            CASE
                WHEN substr(:file, 1, length(roots.name) + 1) = roots.name || '/'
                    THEN substr(:file, length(roots.name) + 2)
            END,
            CASE
                WHEN substr(:file, 1, length(roots.location) + 1) = roots.location || '/'
                    THEN substr(:file, length(roots.location) + 2)
            END
        )
    WHERE :root IS NULL OR roots.name = :root
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
