-- id:       V-017
-- title:    Files of equal content and name have the same language and outcome, whatever their root
-- severity: fail
-- protocol: §6.2
-- group:    identity
WITH named (content_hash, name, language, outcome) AS (
    SELECT
        content_hash,
        replace(path, rtrim(path, replace(path, '/', '')), ''), -- what follows the last slash
        coalesce(language, ''),
        outcome || coalesce(': ' || reason, '')
    FROM files
    WHERE content_hash IS NOT NULL
)
SELECT
    hex(content_hash) AS content_hash,
    name,
    COUNT(*) AS files,
    MIN(language) AS language,
    MAX(language) AS other_language
FROM named
GROUP BY content_hash, name
HAVING MIN(language) <> MAX(language)
    OR (MIN(language) = '' AND MIN(outcome) <> MAX(outcome)) -- with a language: V-012
ORDER BY content_hash, name;
