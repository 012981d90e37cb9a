-- title:  Remove ASTs that no file holds; triggers remove what is derived from them
DELETE FROM asts
WHERE NOT EXISTS (
    SELECT 1
    FROM parser_versions
    INNER JOIN files ON parser_versions.language = files.language
    WHERE parser_versions.parser_version_id = asts.parser_version_id
        AND files.content_hash = asts.content_hash
);
