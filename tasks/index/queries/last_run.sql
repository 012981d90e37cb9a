-- title:  The run that made this index
SELECT run_id, started_at, finished_at, tool_version, verdict, artifacts
FROM runs
ORDER BY run_id DESC
LIMIT 1;
