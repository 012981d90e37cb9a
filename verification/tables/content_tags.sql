-- title:  Every tag of a content
SELECT
    ast_id,
    tag,
    weight
FROM content_tags
ORDER BY ast_id, tag;
