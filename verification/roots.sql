-- title:  What became of each root, by its name
SELECT
    roots.name AS root,
    roots.revision,
    roots.commit_id AS "commit",
    roots.problem,
    COUNT(files.file_id) AS files,
    COUNT(DISTINCT files.content_hash) AS contents,
    coalesce(SUM(iif(files.content_hash IS NULL, 0, files.size_bytes)), 0) AS bytes,
    COUNT(iif(files.outcome = 'indexed', 1, NULL)) AS indexed,
    COUNT(iif(files.outcome = 'partial', 1, NULL)) AS "partial",
    COUNT(iif(files.outcome = 'skipped', 1, NULL)) AS skipped,
    COUNT(iif(files.reason = 'excluded by the plan', 1, NULL)) AS excluded,
    COUNT(iif(files.outcome = 'failed', 1, NULL)) AS failed
FROM roots
LEFT JOIN files ON roots.root_id = files.root_id
GROUP BY roots.root_id
ORDER BY roots.name;
