"""The SQLite databases: the index in service, its candidates, and how the one becomes the other."""
