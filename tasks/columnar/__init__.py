"""Rows in columns: Arrow parts between processes, Parquet symbol sets for readers."""
