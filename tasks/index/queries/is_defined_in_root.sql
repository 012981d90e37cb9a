-- title:  Whether a root defines a name
-- params: name, root, types (a JSON array of all types, so that the index over them serves)
SELECT EXISTS (
    SELECT 1
    FROM golden_symbols
    WHERE symbol_type IN (SELECT value FROM json_each(:types))
        AND name = :name
        AND +root = :root -- the plus: start from the name, not from all files of the root
) AS is_defined;
