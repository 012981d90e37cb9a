-- id:       V-020
-- title:    Every file has an outcome, and a reason wherever it is not indexed
-- severity: fail
-- protocol: §5
-- group:    ledger
SELECT roots.name AS root, files.path, files.outcome, files.reason
FROM files
INNER JOIN roots ON files.root_id = roots.root_id
WHERE files.outcome NOT IN ('indexed', 'partial', 'skipped', 'failed')
    OR (
        files.outcome <> 'indexed'
        AND trim(coalesce(files.reason, ''), char(9, 10, 13, 32)) = ''
    )
ORDER BY roots.name, files.path;
