-- title:  The docstrings of one file's definitions, by the places of their names
-- params: file (its id)
SELECT DISTINCT
    golden_symbols.line_number,
    golden_symbols.column_number,
    definition_docs.docstring
FROM golden_symbols
CROSS JOIN definition_docs
    ON golden_symbols.ast_id = definition_docs.ast_id
    AND golden_symbols.line_number = definition_docs.line_number
    AND golden_symbols.column_number = definition_docs.column_number
WHERE golden_symbols.file_id = :file
ORDER BY golden_symbols.line_number, golden_symbols.column_number;
