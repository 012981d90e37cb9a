-- title:  Names of which one may be meant
-- params: name; halves (of the name, as FTS5 reads them); shortest, longest (characters)
-- A slip of the pen leaves one half of a name as it is.
SELECT name
FROM (
    SELECT symbol_names.name
    FROM symbol_names_substrings
    CROSS JOIN symbol_names ON symbol_names_substrings.rowid = symbol_names.name_id
    WHERE symbol_names_substrings MATCH :halves
        AND length(symbol_names.name) BETWEEN :shortest AND :longest
    LIMIT 2000
)
UNION
SELECT name
FROM symbol_names
WHERE length(name) = length(:name) AND name = :name COLLATE NOCASE
ORDER BY name;
