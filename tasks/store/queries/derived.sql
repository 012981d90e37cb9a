-- title:  What is derived from the loaded rows: kinds, and the indexes over names
INSERT INTO symbol_kinds (symbol_type, ast_id)
SELECT DISTINCT symbol_type, ast_id
FROM symbols
ORDER BY symbol_type, ast_id;

-- A rebuild leaves ten lists a term, and questions would read each.
INSERT INTO symbol_names_substrings (symbol_names_substrings) VALUES ('rebuild');
INSERT INTO symbol_names_substrings (symbol_names_substrings) VALUES ('optimize');

INSERT INTO symbol_names_words (symbol_names_words) VALUES ('rebuild');
INSERT INTO symbol_names_words (symbol_names_words) VALUES ('optimize');
