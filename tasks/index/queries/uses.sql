-- title:  Where a name is used
-- params: name, types (a JSON list); scope (NULL: any)
-- The index has all that is asked for.
SELECT
    refs.ast_id,
    refs.line_number,
    refs.column_number,
    refs.ref_type,
    refs.context
FROM json_each(:types) AS types
CROSS JOIN refs INDEXED BY refs_by_name ON types.value = refs.ref_type AND refs.name = :name
WHERE :scope IS NULL OR refs.context = :scope;
