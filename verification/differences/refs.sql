-- title:  The refs of some ASTs
-- params: a JSON list of ast_ids
SELECT
    refs.ast_id,
    refs.name,
    refs.ref_type AS type,
    refs.context AS scope,
    refs.line_number AS line,
    refs.column_number AS "column"
FROM json_each(?) AS wanted
CROSS JOIN refs ON wanted.value = refs.ast_id;
