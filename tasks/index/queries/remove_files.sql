-- title:  Remove files
-- params: file_ids (a JSON array)
DELETE FROM files WHERE file_id IN (SELECT value FROM json_each(:file_ids));
