"""The lineage of the schema as SQL that the sqlite3 shell alone could run, and its runner."""
