-- title:  The names with a prefix, whatever the case of its ASCII letters, the closest first
-- params: prefix
-- Length by length, CROSS JOIN keeps the order, which is that of the ids. No text has the byte FF,
-- so that all that starts with the prefix comes before it.
WITH RECURSIVE lengths (length) AS (
    SELECT MIN(LENGTH(name)) FROM symbol_names WHERE LENGTH(name) >= LENGTH(:prefix)
    UNION ALL
    SELECT (SELECT MIN(LENGTH(name)) FROM symbol_names WHERE LENGTH(name) > lengths.length)
    FROM lengths
    WHERE length IS NOT NULL
)
SELECT symbol_names.name_id, symbol_names.name, 1 AS definitions
FROM lengths
CROSS JOIN symbol_names INDEXED BY symbol_names_by_length
    ON lengths.length = LENGTH(symbol_names.name)
    AND symbol_names.name COLLATE NOCASE >= :prefix
    AND symbol_names.name COLLATE NOCASE < :prefix || CAST(x'FF' AS TEXT);
