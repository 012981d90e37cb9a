-- id:       V-064
-- title:    Every run on record has its steps, numbered from 1 without a gap
-- severity: fail
-- protocol: §5
-- group:    database
SELECT runs.run_id, COUNT(run_steps.step) AS steps, MIN(run_steps.step) AS first_step,
    MAX(run_steps.step) AS last_step
FROM runs
LEFT JOIN run_steps ON runs.run_id = run_steps.run_id
GROUP BY runs.run_id
HAVING MIN(run_steps.step) IS NOT 1
    OR MAX(run_steps.step) <> COUNT(run_steps.step)
ORDER BY runs.run_id;
