-- id:       V-011
-- title:    An AST has one symbol set: no name is defined twice at one position
-- severity: fail
-- protocol: §6.2
-- group:    identity
SELECT
    ast_id,
    line_number,
    column_number,
    name,
    MIN(symbol_type) AS symbol_type,
    MAX(symbol_type) AS other_type
FROM symbols
GROUP BY ast_id, line_number, column_number, name
HAVING COUNT(*) > 1
ORDER BY ast_id, line_number, column_number, name;
