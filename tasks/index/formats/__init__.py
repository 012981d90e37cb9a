"""Answers in the formats of neighbours: iterators of answers in, lines or bytes out.

Nothing here reads an index or writes a file. Whatever stands in a name or a path stays data.
"""
