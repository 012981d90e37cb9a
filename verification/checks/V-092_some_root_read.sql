-- id:       V-092
-- title:    At least one root was read
-- severity: fail
-- protocol: §5.6
-- group:    loss
SELECT COUNT(*) AS roots, MIN(roots.problem) AS problem
FROM roots
HAVING COUNT(*) = COUNT(roots.problem);
