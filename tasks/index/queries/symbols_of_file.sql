-- title:  The symbols of one file, in the order of their places
-- params: file (its id)
SELECT
    root,
    path,
    line_number,
    column_number,
    end_line,
    name,
    symbol_type,
    scope,
    language,
    signature
FROM golden_symbols
WHERE file_id = :file
ORDER BY line_number, column_number, symbol_type, name;
