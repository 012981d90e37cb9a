-- id:       V-008
-- title:    Every foreign key has its parent
-- severity: fail
-- protocol: §6
-- group:    database
SELECT "table" AS table_name, rowid AS row_id, parent AS parent_table, fkid AS foreign_key
FROM pragma_foreign_key_check
ORDER BY "table", rowid, fkid;
