-- id:       V-002
-- title:    Symbols and refs have the required columns, with their types
-- severity: fail
-- protocol: §3.2
-- group:    schema
WITH required (table_name, column_name, type, is_required) AS (
    VALUES
        ('symbols', 'symbol_id', 'INTEGER', 0),
        ('symbols', 'ast_id', 'INTEGER', 1),
        ('symbols', 'name', 'TEXT', 1),
        ('symbols', 'symbol_type', 'TEXT', 1),
        ('symbols', 'scope', 'TEXT', 0),
        ('symbols', 'line_number', 'INTEGER', 1),
        ('symbols', 'column_number', 'INTEGER', 1),
        ('symbols', 'metadata_json', 'TEXT', 0),
        ('refs', 'ref_id', 'INTEGER', 1),
        ('refs', 'ast_id', 'INTEGER', 1),
        ('refs', 'name', 'TEXT', 1),
        ('refs', 'ref_type', 'TEXT', 1),
        ('refs', 'context', 'TEXT', 1),
        ('refs', 'line_number', 'INTEGER', 1),
        ('refs', 'column_number', 'INTEGER', 1)
)
SELECT
    required.table_name,
    required.column_name,
    required.type AS required_type,
    found.type AS found_type,
    required.is_required AS required_not_null,
    found."notnull" AS found_not_null
FROM required
LEFT JOIN pragma_table_xinfo(required.table_name, 'main') AS found
    ON required.column_name = found.name
WHERE found.type IS NOT required.type
    OR found."notnull" < required.is_required
ORDER BY required.table_name, required.column_name;
