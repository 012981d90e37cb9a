-- title:  The symbols of ASTs
-- params: 1 (a JSON array of ids)
SELECT
    symbols.ast_id,
    symbols.name,
    symbols.symbol_type,
    COALESCE(symbols.scope, '') AS scope,
    symbols.line_number,
    symbols.column_number,
    symbols.end_line,
    COALESCE(symbols.signature, '') AS signature,
    COALESCE(symbols.definition_hash, x'') AS definition_hash
FROM json_each(?1) AS asked
CROSS JOIN symbols ON asked.value = symbols.ast_id;
