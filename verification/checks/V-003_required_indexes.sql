-- id:       V-003
-- title:    Every required index is there, or leads a longer one
-- severity: fail
-- protocol: §3.3
-- group:    schema
WITH required (table_name, columns) AS (
    VALUES
        ('symbols', 'ast_id'),
        ('symbols', 'symbol_type,name'),
        ('refs', 'ast_id'),
        ('refs', 'ref_type,name'),
        ('files', 'content_hash')
),
tables (table_name) AS (SELECT DISTINCT table_name FROM required),
indexed (table_name, columns) AS (
    SELECT tables.table_name, group_concat(part.name, ',' ORDER BY part.seqno)
    FROM tables
    INNER JOIN pragma_index_list(tables.table_name, 'main') AS list
    INNER JOIN pragma_index_info(list.name, 'main') AS part
    WHERE NOT list.partial
    GROUP BY tables.table_name, list.name
)
SELECT table_name, columns AS required_columns
FROM required
WHERE NOT EXISTS (
    SELECT 1
    FROM indexed
    WHERE indexed.table_name = required.table_name
        AND instr(indexed.columns || ',', required.columns || ',') = 1
)
ORDER BY table_name, columns;
