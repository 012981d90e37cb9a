-- title:  Where names are defined, in the order of the names
-- params: names (a JSON list of ids), types (a JSON list); language, root, path (a glob), scope
--         (NULL: any)
SELECT
    names.key,
    golden_symbols.root,
    golden_symbols.path,
    line_number,
    column_number,
    end_line,
    golden_symbols.name,
    golden_symbols.symbol_type,
    scope,
    language,
    signature
FROM json_each(:names) AS names
CROSS JOIN symbol_names ON names.value = symbol_names.name_id
CROSS JOIN json_each(:types) AS types
CROSS JOIN golden_symbols
    ON types.value = golden_symbols.symbol_type
    AND symbol_names.name = golden_symbols.name
WHERE (:language IS NULL OR language = :language)
    AND (:root IS NULL OR golden_symbols.root = :root)
    AND (:path IS NULL OR golden_symbols.path GLOB :path)
    AND (:scope IS NULL OR scope = :scope);
