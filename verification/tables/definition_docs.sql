-- title:  Every docstring at its place
SELECT
    ast_id,
    line_number,
    column_number,
    docstring
FROM definition_docs
ORDER BY ast_id, line_number, column_number;
