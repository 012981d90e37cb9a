-- title:  Every type that an AST defines
SELECT
    ast_id,
    symbol_type
FROM symbol_kinds
ORDER BY symbol_type, ast_id;
