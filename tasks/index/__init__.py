"""Questions to an index, typed: the read side. Every path comes through the golden join."""

from tasks.index.answers import (
    Clones,
    Document,
    File,
    FileSymbols,
    Found,
    Import,
    Miss,
    Symbol,
    Use,
    UsingFile,
)
from tasks.index.index import Index
from tasks.index.mode import Mode

__all__ = [
    "Clones",
    "Document",
    "File",
    "FileSymbols",
    "Found",
    "Import",
    "Index",
    "Miss",
    "Mode",
    "Symbol",
    "Use",
    "UsingFile",
]
