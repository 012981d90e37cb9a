-- title:  The roots and where they are; of one at a commit, repository@commit
SELECT
    name,
    location || coalesce('@' || substr(commit_id, 1, 12), '') AS location
FROM roots
ORDER BY name;
