-- title:  What symbols.parquet holds: one row a row of the golden join
SELECT
    root,
    path,
    language,
    content_hash,
    name,
    symbol_type,
    scope,
    line_number,
    column_number,
    end_line,
    signature,
    definition_hash
FROM golden_symbols
