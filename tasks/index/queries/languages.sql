-- title:  The languages that this index was built with
SELECT language
FROM parser_versions
ORDER BY language;
