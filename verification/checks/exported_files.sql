-- title:  What files.parquet holds
SELECT
    roots.name AS root,
    files.path,
    files.content_hash,
    files.language,
    files.size_bytes,
    files.outcome,
    files.reason
FROM files
INNER JOIN roots ON files.root_id = roots.root_id
