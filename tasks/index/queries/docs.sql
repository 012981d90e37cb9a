-- title:  Files in whose path or content every word is found, the best first
-- params: words (a JSON list of FTS5 expressions); language, root, path (a glob), NULL: any;
--         limit (-1: none)
-- bm25 is a sum over words, and the better the lower. A file name weighs most, then definitions,
-- tags, docstrings, the path, imports. CROSS JOIN keeps the order: from words to contents to files.
WITH
words (word, expression) AS MATERIALIZED (SELECT key, value FROM json_each(:words)),
hits (file_id, ast_id, word, score) AS (
    SELECT
        files.file_id,
        asts.ast_id,
        words.word,
        bm25(document_contents, 6.0, 1.0, 3.0, 4.0)
    FROM words
    CROSS JOIN document_contents(words.expression)
    CROSS JOIN asts ON document_contents.rowid = asts.ast_id
    CROSS JOIN parser_versions ON asts.parser_version_id = parser_versions.parser_version_id
    CROSS JOIN files
        ON asts.content_hash = files.content_hash AND parser_versions.language = files.language
    UNION ALL
    SELECT document_paths.rowid, NULL, words.word, bm25(document_paths, 10.0, 2.0)
    FROM words
    CROSS JOIN document_paths(words.expression)
),
found (file_id, ast_id, score) AS (
    SELECT file_id, MAX(ast_id), -SUM(score)
    FROM hits
    GROUP BY file_id
    HAVING COUNT(DISTINCT word) = (SELECT COUNT(*) FROM words)
)
SELECT roots.name, files.path, files.language, found.score, found.ast_id
FROM found
CROSS JOIN files ON found.file_id = files.file_id
CROSS JOIN roots ON files.root_id = roots.root_id
WHERE (:language IS NULL OR files.language = :language)
    AND (:root IS NULL OR roots.name = :root)
    AND (:path IS NULL OR files.path GLOB :path)
ORDER BY found.score DESC, roots.name, files.path
LIMIT :limit
