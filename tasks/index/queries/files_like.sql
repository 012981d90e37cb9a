-- title:  Files of which one may be meant: their paths end like this one, or at least their names
-- params: file; name (the last part of it); limit
-- All files are looked at, in an index that holds all that is asked for.
SELECT roots.name AS root, files.path
FROM files
CROSS JOIN roots ON files.root_id = roots.root_id
WHERE substr('/' || files.path, -length(:name) - 1) = '/' || :name
ORDER BY
    substr('/' || files.path, -length(:file) - 1) = '/' || :file DESC,
    length(files.path),
    root,
    path
LIMIT :limit;
