-- title:  The roots and where they are
SELECT
    name,
    location
FROM roots
ORDER BY name;
