-- title:  What files define, file by file, in the order of the lines
-- params: file_ids (a JSON array of distinct ids), kind (NULL: any)
SELECT
    golden_symbols.file_id,
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
FROM (SELECT value AS file_id FROM json_each(:file_ids)) AS asked
CROSS JOIN golden_symbols ON asked.file_id = golden_symbols.file_id
WHERE :kind IS NULL OR symbol_type = :kind
ORDER BY golden_symbols.file_id, line_number, column_number, symbol_type, name;
