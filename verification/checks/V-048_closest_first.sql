-- id:       V-048
-- title:    The ids of symbol names ascend by length, then by name without and with case
-- severity: fail
-- protocol: §6
-- group:    lookups
WITH pairs (name_id, name, follows) AS (
    SELECT name_id, name, LAG(name) OVER (ORDER BY name_id)
    FROM symbol_names
)
SELECT name_id, name, follows
FROM pairs
WHERE (LENGTH(name), LOWER(name), name) < (LENGTH(follows), LOWER(follows), follows)
ORDER BY name_id;
