-- title:  What ASTs define, first what they are sorted by: AST, line, column, type and name
-- params: asts (a JSON array of ids), kind (NULL: any)
-- CROSS JOIN keeps the order: from an AST to its symbols.
SELECT
    symbols.ast_id,
    symbols.line_number,
    symbols.column_number,
    symbols.symbol_type,
    symbols.name,
    symbols.end_line,
    symbols.scope,
    symbols.signature
FROM json_each(:asts) AS asked
CROSS JOIN symbols ON asked.value = symbols.ast_id
WHERE :kind IS NULL OR symbols.symbol_type = :kind;
