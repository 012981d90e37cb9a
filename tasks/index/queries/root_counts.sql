-- title:  What became of each root and of its files; the broken first, then by their files
SELECT
    roots.name,
    roots.location,
    roots.revision,
    roots.commit_id,
    roots.problem,
    COALESCE(counted.files, 0) AS files,
    COALESCE(counted.indexed, 0),
    COALESCE(counted.partial, 0),
    COALESCE(counted.skipped, 0),
    COALESCE(counted.failed, 0)
FROM roots
LEFT JOIN (
    SELECT
        root_id,
        COUNT(*) AS files,
        SUM(outcome = 'indexed') AS indexed,
        SUM(outcome = 'partial') AS partial,
        SUM(outcome = 'skipped') AS skipped,
        SUM(outcome = 'failed') AS failed
    FROM files
    GROUP BY root_id
) AS counted
    ON roots.root_id = counted.root_id
ORDER BY roots.problem IS NULL, files DESC, roots.name;
