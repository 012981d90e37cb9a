-- title:  The files that a path means, and what became of each
-- params: file (a path in its root, root/path, or the absolute path)
SELECT
    roots.name AS root,
    files.path,
    files.language,
    files.size_bytes,
    files.outcome,
    files.reason
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
ORDER BY roots.name, files.path;
