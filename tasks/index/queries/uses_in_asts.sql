-- title:  Where ASTs use a name
-- params: name, types (a JSON list), asts (a JSON list of ids); scope (NULL: any)
-- The index has all that is asked for; CROSS JOIN keeps the order: from an AST to its refs.
SELECT
    refs.ast_id,
    refs.line_number,
    refs.column_number,
    refs.ref_type,
    refs.context
FROM json_each(:types) AS types
CROSS JOIN json_each(:asts) AS asked
CROSS JOIN refs INDEXED BY refs_by_name
    ON types.value = refs.ref_type
    AND refs.name = :name
    AND asked.value = refs.ast_id
WHERE :scope IS NULL OR refs.context = :scope;
