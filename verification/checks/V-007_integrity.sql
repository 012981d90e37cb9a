-- id:       V-007
-- title:    The database file is sound
-- severity: fail
-- protocol: §6
-- group:    database
SELECT integrity_check AS problem
FROM pragma_integrity_check
WHERE integrity_check <> 'ok';
