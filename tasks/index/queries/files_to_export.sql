-- title:  Files that have an AST, in the order of root and path
-- params: root (NULL: any)
SELECT
    files.file_id,
    roots.name AS root,
    files.path,
    files.language
FROM roots
CROSS JOIN files ON roots.root_id = files.root_id
WHERE (:root IS NULL OR roots.name = :root)
    AND files.outcome IN ('indexed', 'partial')
ORDER BY roots.name, files.path;
