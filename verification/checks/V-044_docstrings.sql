-- id:       V-044
-- title:    A docstring lies within its content, and says something
-- severity: fail
-- protocol: §6
-- group:    lookups
SELECT docs.ast_id, docs.line_number, docs.column_number, asts.line_count, docs.docstring
FROM definition_docs AS docs
LEFT JOIN asts ON docs.ast_id = asts.ast_id
WHERE docs.line_number > coalesce(asts.line_count, 0)
    OR trim(docs.docstring, char(9, 10, 13, 32)) = ''
ORDER BY docs.ast_id, docs.line_number, docs.column_number;
