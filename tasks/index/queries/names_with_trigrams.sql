-- title:  The names that hold all trigrams and a text, the closest first
-- params: trigrams (an FTS query); inside, ignore_case (of ASCII letters; inside is in lower case
--         then)
-- CROSS JOIN keeps the order of the trigrams' lists, which is that of the ids.
SELECT symbol_names.name_id, symbol_names.name, symbol_names.definitions
FROM symbol_names_substrings
CROSS JOIN symbol_names ON symbol_names_substrings.rowid = symbol_names.name_id
WHERE symbol_names_substrings MATCH :trigrams
    AND INSTR(
        CASE WHEN :ignore_case THEN LOWER(symbol_names.name) ELSE symbol_names.name END, :inside
    )
ORDER BY symbol_names_substrings.rowid;
