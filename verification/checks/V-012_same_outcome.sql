-- id:       V-012
-- title:    Files of equal content and language have the same outcome
-- severity: fail
-- protocol: §6.2
-- group:    identity
SELECT
    hex(content_hash) AS content_hash,
    language,
    COUNT(*) AS files,
    MIN(outcome) AS outcome,
    MAX(outcome) AS other_outcome
FROM files
WHERE content_hash IS NOT NULL
GROUP BY content_hash, language
HAVING MIN(outcome) <> MAX(outcome)
ORDER BY content_hash, language;
