-- id:       V-045
-- title:    An import names a module
-- severity: fail
-- protocol: §6
-- group:    lookups
SELECT ast_id, line_number, column_number, module, import_kind
FROM imports
WHERE trim(module, char(9, 10, 13, 32)) = ''
ORDER BY ast_id, line_number, column_number;
