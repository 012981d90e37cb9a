-- title:  What there is of each language: files, distinct contents, and their size
-- Files of one content and language share an AST.
SELECT
    languages.language,
    languages.files,
    COALESCE(parsed.asts, 0),
    COALESCE(parsed.size_bytes, 0),
    COALESCE(parsed.line_count, 0)
FROM (
    SELECT language, COUNT(*) AS files
    FROM files
    WHERE outcome IN ('indexed', 'partial')
    GROUP BY language
) AS languages
LEFT JOIN (
    SELECT
        parser_versions.language,
        COUNT(*) AS asts,
        SUM(asts.size_bytes) AS size_bytes,
        SUM(asts.line_count) AS line_count
    FROM asts
    INNER JOIN parser_versions ON asts.parser_version_id = parser_versions.parser_version_id
    GROUP BY parser_versions.language
) AS parsed
    ON languages.language = parsed.language
ORDER BY languages.language;
