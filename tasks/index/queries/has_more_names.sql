-- title:  Whether more than so many names hold all trigrams
-- params: trigrams (an FTS query), most
SELECT EXISTS (
    SELECT 1
    FROM symbol_names_substrings(:trigrams)
    LIMIT 1 OFFSET :most
);
