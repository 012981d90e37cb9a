-- id:       V-048
-- title:    The ids of symbol names ascend by length, then by name without and with case
-- severity: fail
-- protocol: §6
-- group:    lookups
-- Where every id but the last is followed by the next number, and that by no closer name, nothing
-- more has to be asked.
WITH ordered (pairs) AS (
    SELECT COUNT(*)
    FROM symbol_names AS one
    CROSS JOIN symbol_names AS next
    WHERE next.name_id = one.name_id + 1
        AND (LENGTH(one.name), LOWER(one.name), one.name)
        <= (LENGTH(next.name), LOWER(next.name), next.name)
),
pairs (name_id, name, follows) AS (
    SELECT name_id, name, LAG(name) OVER (ORDER BY name_id)
    FROM symbol_names
    WHERE (SELECT pairs FROM ordered) + 1 < (SELECT COUNT(*) FROM symbol_names)
)
SELECT name_id, name, follows
FROM pairs
WHERE (LENGTH(name), LOWER(name), name) < (LENGTH(follows), LOWER(follows), follows)
ORDER BY name_id;
