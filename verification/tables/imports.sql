-- title:  Every import at its place; an origin that nobody knows is '': ADBC takes types from first rows
SELECT
    ast_id,
    line_number,
    column_number,
    module,
    import_kind,
    COALESCE(origin, '') AS origin
FROM imports
ORDER BY ast_id, line_number, column_number;
