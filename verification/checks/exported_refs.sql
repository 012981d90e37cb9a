-- title:  What refs.parquet holds: one row a row of the golden join
SELECT
    root,
    path,
    language,
    content_hash,
    name,
    ref_type,
    context,
    line_number,
    column_number
FROM golden_refs
