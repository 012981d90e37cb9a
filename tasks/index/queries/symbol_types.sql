-- title:  The types that symbols have here
SELECT DISTINCT symbol_type
FROM symbol_kinds
ORDER BY symbol_type;
