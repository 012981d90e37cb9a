"""A cache with a clock of its own, and analyses to keep in it."""

from contextlib import closing
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import apsw
import pytest
import zstandard

from tasks.cache import Cache, Factors, Price
from tasks.companion.place import companion_of

PRICES = {("mill", "large"): Price(Decimal(3), Decimal(15), Decimal("0.3"))}
DAMAGED = [b"\0", zstandard.compress(b"{"), zstandard.compress(b'"\xff"')]  # no frame, JSON, text
START_MS = 1_700_000_000_000  # 2023-11-14T22:13:20Z


@dataclass
class Clock:
    """Stands still until it is set forward."""

    at_ms: int = START_MS

    def __call__(self) -> int:
        return self.at_ms


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def index(tmp_path: Path) -> Path:
    return tmp_path / "index.db"


@pytest.fixture
def cache(index, clock):
    with Cache(index, PRICES, clock) as cache:
        yield cache


def factors(content: int = 0, cache_type: str = "summary", model: str = "large", prompt: str = ""):
    return Factors(cache_type, bytes([content]) * 32, "mill", model, prompt, "1")


def damage(cache: Cache, frame: bytes) -> None:
    """Put other bytes in the place of every value."""
    with cache.writing() as opened:
        opened.connection.execute("UPDATE analysis_values SET value = ?", (frame,))


def rows(index: Path, query: str):
    flags = apsw.SQLITE_OPEN_READONLY
    with closing(apsw.Connection(str(companion_of(index)), flags=flags)) as connection:
        return connection.execute(query).fetchall()
