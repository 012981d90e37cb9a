-- title:  Every name of symbols, the closest first
SELECT
    name,
    words,
    definitions
FROM symbol_names
ORDER BY name_id;
