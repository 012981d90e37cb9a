-- title:  How many symbols and refs each AST has
SELECT
    ast_id,
    COALESCE(symbols_of.rows, 0) AS symbols,
    COALESCE(refs_of.rows, 0) AS refs
FROM asts
LEFT JOIN (SELECT ast_id, COUNT(*) AS rows FROM symbols GROUP BY ast_id) AS symbols_of
    USING (ast_id)
LEFT JOIN (SELECT ast_id, COUNT(*) AS rows FROM refs GROUP BY ast_id) AS refs_of
    USING (ast_id)
ORDER BY ast_id;
