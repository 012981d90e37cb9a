-- title:  The symbols of some ASTs
-- params: a JSON list of ast_ids
SELECT
    symbols.ast_id,
    symbols.name,
    symbols.symbol_type AS type,
    COALESCE(symbols.scope, '') AS scope,
    symbols.line_number AS line,
    symbols.column_number AS "column",
    COALESCE(symbols.signature, '') AS signature,
    COALESCE(symbols.definition_hash, x'') AS definition_hash
FROM json_each(?) AS wanted
CROSS JOIN symbols ON wanted.value = symbols.ast_id;
