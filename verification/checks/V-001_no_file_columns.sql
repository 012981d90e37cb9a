-- id:       V-001
-- title:    Symbols and refs have no column that names a file, or refers to one
-- severity: fail
-- protocol: §6.1
-- group:    schema
-- Values that are files under a harmless name: V-014.
WITH tables (table_name) AS (VALUES ('symbols'), ('refs')),
named (table_name, column_name, refers_to) AS (
    SELECT tables.table_name, found.name, NULL
    FROM tables
    INNER JOIN pragma_table_xinfo(tables.table_name, 'main') AS found
    WHERE found.name LIKE '%file%'
        OR found.name LIKE '%path%'
        OR found.name LIKE '%content%version%'
        OR found.name LIKE '%root%id%'
    UNION ALL
    SELECT tables.table_name, found."from", found."table"
    FROM tables
    INNER JOIN pragma_foreign_key_list(tables.table_name, 'main') AS found
    WHERE lower(found."table") IN ('files', 'roots', 'content_versions')
)
SELECT table_name, column_name, MAX(refers_to) AS refers_to
FROM named
GROUP BY table_name, column_name
ORDER BY table_name, column_name;
