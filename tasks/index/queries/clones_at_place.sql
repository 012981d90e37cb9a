-- title:  Where definitions stand that are identical to the innermost one around a line of a file
-- params: file (a path in its root, root/path, or the absolute path), line
-- CROSS JOIN keeps the order: from the few files of this path to their symbols.
WITH
places (root_id, name, location) AS MATERIALIZED (
    SELECT root_id, name, location || coalesce('@' || substr(commit_id, 1, 12), '')
    FROM roots
),
asked_files (content_hash, language) AS (
    SELECT files.content_hash, files.language
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
),
around (ast_id, definition_hash, rank) AS (
    SELECT
        asts.ast_id,
        symbols.definition_hash,
        row_number() OVER (
            PARTITION BY asts.ast_id
            ORDER BY symbols.line_number DESC, symbols.column_number DESC
        )
    FROM asked_files
    CROSS JOIN parser_versions ON asked_files.language = parser_versions.language
    CROSS JOIN asts
        ON asked_files.content_hash = asts.content_hash
        AND parser_versions.parser_version_id = asts.parser_version_id
    CROSS JOIN symbols ON asts.ast_id = symbols.ast_id
    WHERE symbols.definition_hash IS NOT NULL
        AND :line BETWEEN symbols.line_number AND symbols.end_line
),
asked (definition_hash) AS MATERIALIZED (
    SELECT DISTINCT definition_hash FROM around WHERE rank = 1
)
SELECT
    lower(hex(golden_symbols.definition_hash)) AS definition,
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
CROSS JOIN golden_symbols ON asked.definition_hash = golden_symbols.definition_hash
ORDER BY definition, root, path, line_number, column_number, symbol_type, name;
