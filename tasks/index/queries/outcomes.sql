-- title:  What became of the files
SELECT outcome, reason, COUNT(*) AS files
FROM files
GROUP BY outcome, reason
ORDER BY outcome, reason;
