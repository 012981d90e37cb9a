-- title:  Those of some trigrams that the fewest names hold, as far as the index's pages tell
-- params: trigrams (a JSON list), most (how many of them)
-- FTS5 keeps for each of its segments on which page which term begins, after a 0: from there to the
-- page of the next term reaches the list of a term. CROSS JOIN keeps the order.
WITH RECURSIVE
segments (segid) AS MATERIALIZED (
    SELECT MIN(segid) FROM symbol_names_substrings_idx
    UNION ALL
    SELECT (
        SELECT MIN(segid) FROM symbol_names_substrings_idx WHERE segid > segments.segid
    )
    FROM segments
    WHERE segid IS NOT NULL
),
asked (place, trigram, term) AS (
    SELECT key, value, CAST('0' || LOWER(value) AS BLOB) FROM json_each(:trigrams)
)
SELECT asked.trigram
FROM asked
CROSS JOIN segments
GROUP BY asked.place
ORDER BY
    SUM(
        (
            SELECT began.pgno
            FROM symbol_names_substrings_idx AS began
            WHERE began.segid = segments.segid AND began.term > asked.term
            ORDER BY began.term
            LIMIT 1
        ) - (
            SELECT began.pgno
            FROM symbol_names_substrings_idx AS began
            WHERE began.segid = segments.segid AND began.term <= asked.term
            ORDER BY began.term DESC
            LIMIT 1
        )
    ),
    asked.place
LIMIT :most;
