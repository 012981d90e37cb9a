-- title:  Every ref in AST order
SELECT
    ast_id,
    name,
    ref_type,
    context,
    line_number,
    column_number
FROM refs
ORDER BY ref_id;
