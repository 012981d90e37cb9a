-- title:  Where ASTs use a name
-- params: name, type, asts (a JSON array of ids); scope (NULL: any)
-- The index has all that is asked for; CROSS JOIN keeps the order: from an AST to its refs.
SELECT
    refs.ast_id,
    refs.line_number,
    refs.column_number,
    refs.context
FROM json_each(:asts) AS asked
CROSS JOIN refs INDEXED BY refs_by_name
    ON asked.value = refs.ast_id
    AND refs.ref_type = :type
    AND refs.name = :name
WHERE :scope IS NULL OR refs.context = :scope;
