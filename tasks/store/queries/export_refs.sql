-- title:  Every ref in AST order
SELECT
    ast_id,
    name,
    ref_type,
    context,
    line_number,
    column_number
FROM refs
ORDER BY
    ast_id,
    line_number,
    column_number,
    ref_type,
    name,
    context;
