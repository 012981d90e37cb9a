"""Damage as disks and people do it, at places that a seed chooses."""

import os
import random
from collections.abc import Callable
from pathlib import Path
from typing import Final

import apsw

TEXT: Final = b"once upon a time there was no database at all\n" * 400
_HEADER_BYTES: Final = 100


def page_bytes(database: Path) -> int:
    """Return the page size that the header names."""
    return int.from_bytes(database.read_bytes()[16:18], "big")


def in_the_header(database: Path, seed: int) -> None:
    """Flip bits where SQLite's magic and its page size stand."""
    _flip(database, random.Random(seed).sample(range(18), 4))


def in_the_schema_page(database: Path, seed: int) -> None:
    """Overwrite the cells of the first page."""
    page = page_bytes(database)
    _scramble(database, _HEADER_BYTES + 8, page - _HEADER_BYTES - 8, seed)


def in_tree_pages(database: Path, seed: int) -> None:
    """Overwrite the starts of some pages that tables and indexes begin with."""
    connection = apsw.Connection(str(database), flags=apsw.SQLITE_OPEN_READONLY)
    roots = [
        page
        for (page,) in connection.execute(
            "SELECT rootpage FROM sqlite_schema WHERE rootpage > 1 ORDER BY rootpage"
        )
    ]
    connection.close()
    page = page_bytes(database)
    for number in random.Random(seed).sample(roots, 3):
        _scramble(database, (number - 1) * page, 64, seed)


def truncated(database: Path, seed: int) -> None:
    """Cut the file somewhere."""
    os.truncate(database, random.Random(seed).randrange(1, database.stat().st_size))


def emptied(database: Path, _seed: int) -> None:
    """Leave nothing of the file."""
    os.truncate(database, 0)


def a_text(database: Path, _seed: int) -> None:
    """Put a text in its place."""
    database.write_bytes(TEXT)


KINDS: Final[tuple[Callable[[Path, int], None], ...]] = (
    in_the_header,
    in_the_schema_page,
    in_tree_pages,
    truncated,
    emptied,
    a_text,
)


def _flip(database: Path, places: list[int]) -> None:
    content = bytearray(database.read_bytes())
    for at in places:
        content[at] ^= 0xFF
    database.write_bytes(content)


def _scramble(database: Path, at: int, size: int, seed: int) -> None:
    content = bytearray(database.read_bytes())
    content[at : at + size] = random.Random(seed).randbytes(size)
    database.write_bytes(content)
