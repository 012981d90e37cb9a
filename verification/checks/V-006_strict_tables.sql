-- id:       V-006
-- title:    Every table of v5 is there, and STRICT
-- severity: fail
-- protocol: §3
-- group:    schema
SELECT expected.name AS table_name, found.name IS NOT NULL AS is_there
FROM v5_objects AS expected
LEFT JOIN pragma_table_list AS found
    ON expected.name = found.name AND found.schema = 'main' AND found.type = 'table'
WHERE expected.is_strict
    AND found.strict IS NOT 1
ORDER BY expected.name;
