-- title:  Where names are defined, in the order of the names, then of the places
-- params: names (a JSON list of ids), types (a JSON list); language, root, path (a glob), scope
--         (NULL: any, '': the top level); limit (-1: none)
-- CROSS JOIN keeps the order: type by type to the names, whatever the number of roots.
WITH
names (place, name) AS MATERIALIZED (
    SELECT asked.key, symbol_names.name
    FROM json_each(:names) AS asked
    CROSS JOIN symbol_names ON asked.value = symbol_names.name_id
),
defined (place, symbol_id) AS MATERIALIZED (
    SELECT names.place, symbols.symbol_id
    FROM json_each(:types) AS types
    CROSS JOIN names
    CROSS JOIN symbols INDEXED BY symbols_by_name
        ON types.value = symbols.symbol_type AND names.name = symbols.name
)
SELECT
    golden_symbols.root,
    golden_symbols.path,
    golden_symbols.line_number,
    golden_symbols.column_number,
    golden_symbols.end_line,
    golden_symbols.name,
    golden_symbols.symbol_type,
    golden_symbols.scope,
    golden_symbols.language,
    golden_symbols.signature
FROM defined
CROSS JOIN golden_symbols ON defined.symbol_id = golden_symbols.symbol_id
WHERE (:language IS NULL OR golden_symbols.language = :language)
    AND (:root IS NULL OR golden_symbols.root = :root)
    AND (:path IS NULL OR golden_symbols.path GLOB :path)
    AND (:scope IS NULL OR COALESCE(golden_symbols.scope, '') = :scope)
ORDER BY
    defined.place,
    golden_symbols.root,
    golden_symbols.path,
    golden_symbols.line_number,
    golden_symbols.column_number,
    golden_symbols.symbol_type
LIMIT :limit;
