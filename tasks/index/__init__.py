"""Questions to an index, typed: the read side. Every path comes through the golden join."""

from tasks.index.index import Index

__all__ = ["Index"]
