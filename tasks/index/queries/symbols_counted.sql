-- title:  How many symbols are of these types, counted no further than a limit
-- params: types (a JSON list), most
SELECT COUNT(*)
FROM (
    SELECT 1
    FROM json_each(:types) AS types
    CROSS JOIN symbols ON types.value = symbols.symbol_type
    LIMIT :most
);
