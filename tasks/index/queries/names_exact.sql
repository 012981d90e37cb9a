-- title:  The names that are this one but for the case of ASCII letters, the closest first
-- params: name
SELECT name_id, name, definitions
FROM symbol_names
WHERE length(name) = length(:name) AND name = :name COLLATE NOCASE
ORDER BY name_id;
