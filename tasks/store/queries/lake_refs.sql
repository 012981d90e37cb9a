-- title:  The refs of ASTs
-- params: 1 (a JSON array of ids)
SELECT
    refs.ast_id,
    refs.name,
    refs.ref_type,
    refs.context,
    refs.line_number,
    refs.column_number
FROM json_each(?1) AS asked
CROSS JOIN refs ON asked.value = refs.ast_id;
