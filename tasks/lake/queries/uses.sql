-- title:  Where a name is used
-- params: refs, files (lists of Parquet files); name; type, root, path (a regular expression),
--         scope (NULL: any); limit (NULL: none)
-- The language is read off the path: folders above a lake may be named as Hive names them, too.
SELECT
    files.root,
    files.path,
    refs.line_number,
    refs.column_number,
    refs.name,
    refs.ref_type,
    refs.context,
    url_decode(regexp_extract(refs.filename, 'language=([^/]*)/prefix=[^/]*/[^/]*$', 1))
FROM read_parquet($refs, hive_partitioning = false, filename = true) AS refs
INNER JOIN read_parquet($files, hive_partitioning = false) AS files
    ON refs.content_hash = files.content_hash AND refs.fingerprint = files.fingerprint
WHERE refs.name = $name
    AND ($type IS NULL OR refs.ref_type = $type)
    AND ($root IS NULL OR files.root = $root)
    AND ($path IS NULL OR regexp_full_match(files.path, $path))
    AND ($scope IS NULL OR refs.context = $scope)
ORDER BY
    files.root,
    files.path,
    refs.line_number,
    refs.column_number,
    refs.ref_type,
    refs.context
LIMIT $limit;
