-- id:       V-004
-- title:    ASTs, symbols and refs are unique by their identity
-- severity: fail
-- protocol: §3.2
-- group:    schema
WITH required (table_name, columns) AS ( -- columns in order of their names
    VALUES
        ('asts', 'content_hash,parser_version_id'),
        ('symbols', 'ast_id,column_number,line_number,name,symbol_type'),
        ('refs', 'ast_id,column_number,context,line_number,name,ref_type')
),
keys (table_name, columns) AS (
    SELECT required.table_name, group_concat(part.name, ',' ORDER BY part.name)
    FROM required
    INNER JOIN pragma_index_list(required.table_name, 'main') AS list
    INNER JOIN pragma_index_xinfo(list.name, 'main') AS part
    WHERE list."unique" AND NOT list.partial AND part.key
    GROUP BY required.table_name, list.name
    HAVING MIN(part.coll = 'BINARY')
)
SELECT table_name, columns AS required_columns
FROM required
WHERE NOT EXISTS (
    SELECT 1
    FROM keys
    WHERE keys.table_name = required.table_name AND keys.columns = required.columns
)
ORDER BY table_name;
