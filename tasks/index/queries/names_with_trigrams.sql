-- title:  The names that hold all trigrams, the closest first
-- params: trigrams (an FTS query)
-- CROSS JOIN keeps the order of the trigrams' lists, which is that of the ids.
SELECT symbol_names.name_id, symbol_names.name
FROM symbol_names_substrings
CROSS JOIN symbol_names ON symbol_names_substrings.rowid = symbol_names.name_id
WHERE symbol_names_substrings MATCH :trigrams
ORDER BY symbol_names_substrings.rowid;
