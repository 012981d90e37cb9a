-- title:  What in a content matches: its definitions and a passage of its docstrings
-- params: words (an FTS5 expression), ast_id
-- Matches stand between the characters 2 and 3.
SELECT
    highlight(document_contents, 0, char(2), char(3)),
    snippet(document_contents, 2, char(2), char(3), '…', 16)
FROM document_contents(:words)
WHERE rowid = :ast_id
