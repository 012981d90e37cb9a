-- id:       V-033
-- title:    The golden join is that of the migration
-- severity: fail
-- protocol: §4.2
-- group:    golden join
SELECT expected.name AS view_name, found.sql AS found_sql
FROM v5_objects AS expected
LEFT JOIN main.sqlite_schema AS found
    ON expected.name = found.name AND expected.type = found.type
WHERE expected.type = 'view'
    AND found.sql IS NOT expected.sql
ORDER BY expected.name;
