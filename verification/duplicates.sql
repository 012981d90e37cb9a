-- title:  How much content files share, within each root and over all; NULL is the row of all roots
-- Files whose content was never read are left out. Parsed is what has an AST: one a content and
-- language, however many files have it.
WITH
read_files AS (
    SELECT
        roots.name AS root,
        files.content_hash,
        files.size_bytes,
        files.root_id,
        asts.ast_id
    FROM files
    INNER JOIN roots ON files.root_id = roots.root_id
    LEFT JOIN parser_versions ON files.language = parser_versions.language
    LEFT JOIN asts
        ON files.content_hash = asts.content_hash
        AND parser_versions.parser_version_id = asts.parser_version_id
    WHERE files.content_hash IS NOT NULL
),
spread AS (
    SELECT content_hash, COUNT(DISTINCT root_id) AS roots
    FROM read_files
    GROUP BY content_hash
),
scoped AS (
    SELECT root AS scope, content_hash, size_bytes, ast_id FROM read_files
    UNION ALL
    SELECT NULL, content_hash, size_bytes, ast_id FROM read_files
),
by_content AS (
    SELECT
        scope,
        content_hash,
        size_bytes,
        COUNT(*) AS files,
        COUNT(ast_id) AS parsed_files,
        COUNT(DISTINCT ast_id) AS asts
    FROM scoped
    GROUP BY scope, content_hash
)
SELECT
    by_content.scope AS root,
    SUM(by_content.files) AS files,
    COUNT(*) AS contents,
    SUM(by_content.files * by_content.size_bytes) AS bytes,
    SUM(by_content.size_bytes) AS content_bytes,
    SUM(spread.roots > 1) AS contents_in_other_roots,
    SUM(iif(spread.roots > 1, by_content.size_bytes, 0)) AS bytes_in_other_roots,
    SUM(by_content.parsed_files * by_content.size_bytes) AS bytes_to_parse,
    SUM(by_content.asts * by_content.size_bytes) AS bytes_parsed
FROM by_content
INNER JOIN spread ON by_content.content_hash = spread.content_hash
GROUP BY by_content.scope
ORDER BY by_content.scope IS NULL, by_content.scope;
