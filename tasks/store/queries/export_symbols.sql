-- title:  Every symbol in AST order
SELECT
    ast_id,
    name,
    symbol_type,
    COALESCE(scope, '') AS scope,
    line_number,
    column_number,
    end_line,
    COALESCE(signature, '') AS signature,
    COALESCE(definition_hash, x'') AS definition_hash
FROM symbols
ORDER BY symbol_id;
