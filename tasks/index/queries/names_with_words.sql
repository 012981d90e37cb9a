-- title:  The names that hold all words, the closest first
-- params: words (an FTS query)
-- CROSS JOIN keeps the order of the words' lists, which is that of the ids.
SELECT symbol_names.name_id, symbol_names.name, symbol_names.definitions
FROM symbol_names_words
CROSS JOIN symbol_names ON symbol_names_words.rowid = symbol_names.name_id
WHERE symbol_names_words MATCH :words
ORDER BY symbol_names_words.rowid;
