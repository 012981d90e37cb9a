-- id:       V-049
-- title:    A content has at most 32 tags, each a word in lower case
-- severity: fail
-- protocol: §6
-- group:    lookups
SELECT ast_id, tag, weight, 'no word in lower case' AS problem
FROM content_tags
WHERE tag <> lower(tag)
    OR tag GLOB '*[^a-z0-9]*' AND length(CAST(tag AS BLOB)) = length(tag)
    OR tag NOT GLOB '*[^0-9]*'
    OR length(CAST(tag AS BLOB)) NOT BETWEEN 2 AND 32
UNION ALL
SELECT ast_id, MIN(tag), COUNT(*), 'more than 32 tags' AS problem
FROM content_tags
GROUP BY ast_id
HAVING COUNT(*) > 32
ORDER BY ast_id, tag;
