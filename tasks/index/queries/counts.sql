-- title:  How many rows the index holds
SELECT 'roots' AS name, (SELECT COUNT(*) FROM roots) AS rows
UNION ALL SELECT 'files', (SELECT COUNT(*) FROM files)
UNION ALL SELECT 'asts', (SELECT COUNT(*) FROM asts)
UNION ALL SELECT 'symbols', (SELECT COUNT(*) FROM symbols)
UNION ALL SELECT 'refs', (SELECT COUNT(*) FROM refs)
UNION ALL SELECT 'imports', (SELECT COUNT(*) FROM imports)
UNION ALL SELECT 'definition_docs', (SELECT COUNT(*) FROM definition_docs);
