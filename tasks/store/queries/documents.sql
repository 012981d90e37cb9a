-- title:  What document search reads, from the loaded contents and files
INSERT INTO document_contents (document_contents) VALUES ('rebuild');
INSERT INTO document_contents (document_contents) VALUES ('optimize');

INSERT INTO document_paths (document_paths) VALUES ('rebuild');
INSERT INTO document_paths (document_paths) VALUES ('optimize');
