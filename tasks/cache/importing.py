"""Import analyses of other caches: re-keyed, counted, and read back."""

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import islice
from typing import Any, Final

from tasks.cache.cache import BATCH, Cache
from tasks.cache.coding import document_of
from tasks.cache.entries import Item
from tasks.cache.foreign import Foreign, Refusal, Refused, item_of
from tasks.cache.keys import key_of
from tasks.errors import FlagDayError, StepFailed

_KEY_DIGITS: Final = 64

_PRESENT: Final = """
SELECT dictionary_id, value
FROM analysis_cache
INNER JOIN analysis_values USING (entry_id)
WHERE cache_key = ?
"""


class Fate(StrEnum):
    """What became of an analysis that was taken."""

    IMPORTED = "imported"
    PRESENT = "already there"
    OTHER = "already there with another value, which stays"


@dataclass(slots=True)
class Imported:
    """What an import did, or would do."""

    read: int = 0
    fates: Counter[str] = field(default_factory=Counter)  # by Fate
    refused: Counter[str] = field(default_factory=Counter)  # by Refusal
    refusals: list[str] = field(default_factory=list)  # the first of them, where they stand
    rekeyed: int = 0  # had another key before
    never_hit: int = 0  # had a key that is no SHA-256, and so could never be found by one
    verified: int = 0  # read back, and equal


def import_from(cache: Cache, source: Iterable[Foreign], *, is_dry_run: bool = False) -> Imported:
    """Import what is not there yet; what is there, and can be read, stays as it is.

    Raises StepFailed where what was kept does not read back as it was.
    """
    told = Imported()
    items = _items(source, told)
    while batch := list(islice(items, BATCH)):
        fresh = _fresh(cache, batch, told)
        if not is_dry_run:
            cache.set_many(fresh)
            told.verified += _verified(cache, fresh)
    return told


_SHOWN: Final = 20


def _items(source: Iterable[Foreign], told: Imported) -> Iterator[Item]:
    for foreign in source:
        told.read += 1
        try:
            if not foreign.fields:
                raise Refused(Refusal.NO_RECORD)
            item = item_of(foreign)
            document_of(item.value)
        except Refused as error:
            _refuse(told, foreign, error.why)
        except FlagDayError:  # JSON in Python's eyes alone, such as NaN
            _refuse(told, foreign, Refusal.NO_VALUE)
        else:
            _count_key(told, foreign.old_key, key_of(item.factors).hex())
            yield item


def _refuse(told: Imported, foreign: Foreign, why: Refusal) -> None:
    told.refused[why] += 1
    if len(told.refusals) < _SHOWN:
        told.refusals.append(f"{foreign.where}: {why}")


def _count_key(told: Imported, old_key: str, key: str) -> None:
    if old_key and old_key != key:
        told.rekeyed += 1
        told.never_hit += len(old_key) != _KEY_DIGITS


def _fresh(cache: Cache, items: list[Item], told: Imported) -> list[Item]:
    """Return what is to be kept: of several with one key the first."""
    values = {key_of(item.factors): item for item in reversed(items)}
    fresh = []
    for item in items:
        key = key_of(item.factors)
        present = _kept(cache, key)
        if present is None and values[key] is item:
            told.fates[Fate.IMPORTED] += 1
            fresh.append(item)
            continue
        there = values[key].value if present is None else present
        told.fates[Fate.PRESENT if there == item.value else Fate.OTHER] += 1
    return fresh


def _verified(cache: Cache, items: list[Item]) -> int:
    for item in items:
        if _kept(cache, key_of(item.factors)) != json.loads(document_of(item.value)):
            raise StepFailed(
                f"an analysis of {item.factors.content_hash.hex()} does not read back as it was",
                next_step="Run `flagday cache verify`. The source is unchanged.",
            )
    return len(items)


def _kept(cache: Cache, key: bytes) -> Any:
    """Return a value without counting a read; None where there is none that can be read."""
    with cache.reading() as opened:
        row: Any = opened.connection.execute(_PRESENT, (key,)).fetchone() if opened else None
        return opened.codec.value(row[1], row[0]) if opened and row else None
