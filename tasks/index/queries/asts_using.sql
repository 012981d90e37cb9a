-- title:  Which ASTs use a name, and how often
-- params: name, types (a JSON list)
-- The index has all that is asked for.
SELECT refs.ast_id, COUNT(*) AS uses
FROM json_each(:types) AS types
CROSS JOIN refs INDEXED BY refs_by_name ON types.value = refs.ref_type AND refs.name = :name
GROUP BY refs.ast_id;
