"""Folders with code that has statements on the legacy tables.

A first look: a word of SQL with the name of a table behind it. The inventory looks closely.
"""

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

_MAX_BYTES: Final = 1 << 20  # of a file; larger ones are no code that people write
_NO_CODE: Final = frozenset({".md", ".rst", ".txt", ".html", ".json", ".log", ".csv"})
_MAX_FOLDERS: Final = 8


def code_folders(folder: Path, files: Iterable[Path], tables: Iterable[str]) -> tuple[Path, ...]:
    """Return the folders whose files name a table in SQL, the outermost of each branch."""
    words = b"|".join(re.escape(table.encode()) for table in tables)
    if not words:
        return ()
    statement = re.compile(
        rb"\b(?:FROM|INTO|UPDATE|JOIN|TABLE)\s+[\"'`\[]?(?:" + words + rb")\b", re.IGNORECASE
    )
    places = {path.parent for path in files if _names_one(path, statement)}
    found = sorted(_outermost(places))
    if len(found) > _MAX_FOLDERS:
        found = sorted({folder / place.relative_to(folder).parts[0] for place in found})
    return tuple(found)


def _names_one(path: Path, statement: re.Pattern[bytes]) -> bool:
    if path.suffix.lower() in _NO_CODE:
        return False
    try:
        if path.stat().st_size > _MAX_BYTES or not path.is_file():
            return False
        data = path.read_bytes()
    except OSError:
        return False
    return b"\0" not in data and statement.search(data) is not None


def _outermost(places: set[Path]) -> Iterator[Path]:
    return (place for place in places if not places & set(place.parents))
