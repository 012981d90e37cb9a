-- id:       V-011
-- title:    An AST has one symbol set: no name is defined twice at one position
-- severity: fail
-- protocol: §6.2
-- group:    identity
-- Where symbols ascend by AST and position, each beyond the one before it, no two can be equal, and
-- nothing has to be sorted.
WITH ascending (pairs) AS (
    SELECT COUNT(*)
    FROM symbols AS one
    CROSS JOIN symbols AS next
    WHERE next.symbol_id = one.symbol_id + 1
        AND (one.ast_id, one.line_number, one.column_number)
        < (next.ast_id, next.line_number, next.column_number)
)
SELECT
    ast_id,
    line_number,
    column_number,
    name,
    MIN(symbol_type) AS symbol_type,
    MAX(symbol_type) AS other_type
FROM symbols
WHERE (SELECT pairs FROM ascending) + 1 < (SELECT COUNT(*) FROM symbols)
GROUP BY ast_id, line_number, column_number, name
HAVING COUNT(*) > 1
ORDER BY ast_id, line_number, column_number, name;
