-- id:       V-005
-- title:    Symbols and refs go with their AST
-- severity: fail
-- protocol: §3.2
-- group:    schema
WITH tables (table_name) AS (VALUES ('symbols'), ('refs'))
SELECT table_name
FROM tables
WHERE NOT EXISTS (
    SELECT 1
    FROM pragma_foreign_key_list(tables.table_name, 'main') AS key
    WHERE key."from" = 'ast_id'
        AND key."table" = 'asts'
        AND coalesce(key."to", 'ast_id') = 'ast_id'
        AND key.on_delete = 'CASCADE'
)
ORDER BY table_name;
