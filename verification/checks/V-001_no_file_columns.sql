-- id:       V-001
-- title:    Symbols and refs have no column that names a file
-- severity: fail
-- protocol: §6.1
-- group:    schema
WITH tables (table_name) AS (VALUES ('symbols'), ('refs'))
SELECT tables.table_name, found.name AS column_name
FROM tables
INNER JOIN pragma_table_xinfo(tables.table_name, 'main') AS found
WHERE found.name LIKE '%file%'
    OR found.name LIKE '%path%'
    OR found.name LIKE '%content%version%'
ORDER BY tables.table_name, found.name;
