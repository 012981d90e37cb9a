-- title:  How many ASTs define something of these types, counted no further than a limit
-- params: types (a JSON list), most
SELECT COUNT(*)
FROM (
    SELECT 1
    FROM json_each(:types) AS types
    CROSS JOIN symbol_kinds ON types.value = symbol_kinds.symbol_type
    LIMIT :most
);
