-- title:  The uses in one file, in the order of their places
-- params: file (its id)
SELECT
    root,
    path,
    line_number,
    column_number,
    name,
    ref_type,
    context,
    language
FROM golden_refs
WHERE file_id = :file
ORDER BY line_number, column_number, ref_type, name;
