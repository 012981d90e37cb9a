-- title:  Whether more than so many ASTs define something of these types
-- params: types (a JSON list), most
-- An AST counts once for each of the types.
SELECT EXISTS (
    SELECT 1
    FROM json_each(:types) AS types
    CROSS JOIN symbol_kinds ON types.value = symbol_kinds.symbol_type
    LIMIT 1 OFFSET :most
);
