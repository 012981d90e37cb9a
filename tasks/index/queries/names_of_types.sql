-- title:  The names of symbols of these types that hold a text, the closest first
-- params: types (a JSON list), inside, ignore_case (of ASCII letters; inside is in lower case then)
-- How many definitions a name has is not in the index; one is certain.
WITH defined (name) AS (
    SELECT DISTINCT symbols.name
    FROM json_each(:types) AS types
    CROSS JOIN symbols ON types.value = symbols.symbol_type
    WHERE INSTR(symbols.name, :inside)
        OR (:ignore_case AND INSTR(LOWER(symbols.name), :inside))
)
SELECT symbol_names.name_id, symbol_names.name, 1 AS definitions
FROM defined
CROSS JOIN symbol_names
    ON length(defined.name) = length(symbol_names.name)
    AND defined.name = symbol_names.name COLLATE NOCASE
    AND defined.name = symbol_names.name
ORDER BY symbol_names.name_id;
