-- title:  The names that hold a text, the closest first; every name is looked at
-- params: inside, ignore_case (of ASCII letters; inside is in lower case then)
SELECT name_id, name, definitions
FROM symbol_names
WHERE INSTR(CASE WHEN :ignore_case THEN LOWER(name) ELSE name END, :inside)
ORDER BY name_id;
