-- title:  Where a name is defined
-- params: symbols, files (lists of Parquet files); name; type, root, path (a regular expression),
--         scope (NULL: any, '': the top level); limit (NULL: none)
-- The language is read off the path: folders above a lake may be named as Hive names them, too.
SELECT
    files.root,
    files.path,
    symbols.line_number,
    symbols.column_number,
    symbols.end_line,
    symbols.name,
    symbols.symbol_type,
    symbols.scope,
    url_decode(regexp_extract(symbols.filename, 'language=([^/]*)/prefix=[^/]*/[^/]*$', 1)),
    symbols.signature
FROM read_parquet($symbols, hive_partitioning = false, filename = true) AS symbols
INNER JOIN read_parquet($files, hive_partitioning = false) AS files
    ON symbols.content_hash = files.content_hash AND symbols.fingerprint = files.fingerprint
WHERE symbols.name = $name
    AND ($type IS NULL OR symbols.symbol_type = $type)
    AND ($root IS NULL OR files.root = $root)
    AND ($path IS NULL OR regexp_full_match(files.path, $path))
    AND ($scope IS NULL OR COALESCE(symbols.scope, '') = $scope)
ORDER BY
    files.root,
    files.path,
    symbols.line_number,
    symbols.column_number,
    symbols.symbol_type
LIMIT $limit;
