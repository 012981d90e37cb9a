"""The lake: symbol sets as partitioned Parquet behind a catalogue, for more than one SQLite file.

What lies where, and what the catalogue says, is specified in docs/lake.md.
"""
