-- title:  Whether a root holds a file of its own at one of some paths, in any folder
-- params: root_id; words (an FTS5 expression that such a path matches); globs (a JSON list)
SELECT EXISTS (
    SELECT 1
    FROM document_paths(:words)
    CROSS JOIN files ON document_paths.rowid = files.file_id
    CROSS JOIN json_each(:globs) AS wanted
    WHERE files.root_id = :root_id
        AND (files.path GLOB wanted.value OR files.path GLOB '*/' || wanted.value)
        AND '/' || files.path NOT GLOB '*/node_modules/*'
        AND '/' || files.path NOT GLOB '*/site-packages/*'
        AND '/' || files.path NOT GLOB '*/third_party/*'
        AND '/' || files.path NOT GLOB '*/vendor/*'
);
