-- title:  What became of the files, by the kind of reason
SELECT
    outcome,
    CASE
        WHEN reason LIKE 'syntax errors in %'
            THEN 'syntax errors' || substr(reason, instr(reason, ' of bytes') + 9)
        ELSE reason
    END AS kind,
    COUNT(*) AS files
FROM files
GROUP BY outcome, kind
ORDER BY outcome, kind;
