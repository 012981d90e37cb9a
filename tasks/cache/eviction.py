"""Eviction: which entries go first, until the aim is reached or nothing more may go.

Entries go in batches, one short transaction each; readers see each entry whole or not at all.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final, NamedTuple

import apsw

from tasks.cache.cache import BATCH, Cache
from tasks.cache.selection import Selection, condition, with_index
from tasks.companion.transaction import writing


class Order(StrEnum):
    """What goes first. Of equals, what was kept first."""

    LEAST_RECENTLY_USED = "least-recently-used"  # read or set
    OLDEST = "oldest"
    LARGEST = "largest"
    MOST_EXPENSIVE = "most-expensive"
    CHEAPEST = "cheapest"  # to make again, per byte that goes


class Why(StrEnum):
    """How an eviction ended."""

    REACHED = "the aim is reached"
    ALL_GONE = "all that is selected has gone"
    NO_MORE = "all that is selected has gone, and what else is kept is larger than the aim"
    BUDGET = "what is left of the selection costs more than the budget allows, or nobody knows what"


_WELL: Final = frozenset({Why.REACHED, Why.ALL_GONE})


@dataclass(frozen=True, slots=True)
class Aim:
    """When to stop; without a size, not before all that is selected has gone."""

    order: Order = Order.LEAST_RECENTLY_USED
    stored_bytes: int | None = None  # of all values of the cache, as stored, once it is done
    budget_nano: int | None = None  # what all that goes costs to make again, at most


NO_AIM: Final = Aim()


@dataclass(frozen=True, slots=True)
class Eviction:
    """What went, or would go."""

    entries: int
    stored_bytes: int
    cost_nano: int  # what it costs to make it again, as far as prices were known
    left_bytes: int  # that all values have now, as stored
    is_reached: bool
    why: Why


class _Candidate(NamedTuple):
    entry_id: int
    stored_bytes: int
    cost_nano: int
    is_unpriced: bool = False  # it cost tokens, and nobody knows what these cost


_ORDERS: Final = {
    Order.LEAST_RECENTLY_USED: "max(updated_at_ms, ifnull(accessed_at_ms, 0))",
    Order.OLDEST: "created_at_ms",
    Order.LARGEST: "analysis_cache.stored_bytes DESC",
    Order.MOST_EXPENSIVE: "ifnull(analysis_cache.cost_nano, 0) DESC",
    Order.CHEAPEST: "1.0 * ifnull(analysis_cache.cost_nano, 0) / analysis_cache.stored_bytes",
}

_CANDIDATES: Final = """
SELECT
    entry_id, analysis_cache.stored_bytes, ifnull(analysis_cache.cost_nano, 0),
    analysis_cache.cost_nano IS NULL
    AND analysis_cache.input_tokens
    + analysis_cache.output_tokens
    + analysis_cache.cached_tokens > 0
FROM analysis_cache
INNER JOIN analysis_makers USING (maker_id)
WHERE {condition}
ORDER BY {order}, entry_id
"""

_EVICT: Final = """
DELETE FROM analysis_cache
WHERE entry_id IN (SELECT value FROM json_each(?))
RETURNING stored_bytes, ifnull(cost_nano, 0)
"""


def evict(
    cache: Cache,
    selection: Selection,
    aim: Aim = NO_AIM,
    *,
    is_dry_run: bool = False,
) -> Eviction:
    """Delete entries of a selection until the aim is reached.

    Raises PreconditionFailed where the selection needs an index and there is none, or the
    companion cannot be written to.
    """
    with cache.reading() as opened:
        if opened is None:
            return Eviction(0, 0, 0, 0, is_reached=True, why=Why.REACHED)
    with cache.writing() as opened:
        connection = opened.connection
        with with_index(connection, cache.index, selection):
            candidates = _candidates(connection, selection, aim.order)
        before = _stored_bytes(connection)
        chosen = list(_chosen(candidates, before, aim))
        gone = chosen if is_dry_run else list(_evicted(connection, chosen))
        size = sum(candidate.stored_bytes for candidate in gone)
        left = before - size if is_dry_run else _stored_bytes(connection)
        why = _why(aim, left, len(candidates) - len(chosen))
        return Eviction(
            entries=len(gone),
            stored_bytes=size,
            cost_nano=sum(candidate.cost_nano for candidate in gone),
            left_bytes=left,
            is_reached=why in _WELL,
            why=why,
        )


def _candidates(
    connection: apsw.Connection, selection: Selection, order: Order
) -> list[_Candidate]:
    where, params = condition(selection)
    query = _CANDIDATES.format(condition=where, order=_ORDERS[order])
    return [_Candidate(*row) for row in connection.execute(query, params)]


def _chosen(candidates: list[_Candidate], size: int, aim: Aim) -> Iterator[_Candidate]:
    """Yield what goes; what alone might go over the budget stays, and the next one is tried."""
    budget = aim.budget_nano
    for candidate in candidates:
        if aim.stored_bytes is not None and size <= aim.stored_bytes:
            return
        if budget is not None:
            if candidate.is_unpriced or candidate.cost_nano > budget:
                continue
            budget -= candidate.cost_nano
        size -= candidate.stored_bytes
        yield candidate


def _evicted(connection: apsw.Connection, chosen: list[_Candidate]) -> Iterator[_Candidate]:
    """Delete in batches; yield what was still there."""
    for first in range(0, len(chosen), BATCH):
        batch = [candidate.entry_id for candidate in chosen[first : first + BATCH]]
        with writing(connection):
            rows: list[Any] = connection.execute(_EVICT, (json.dumps(batch),)).fetchall()
        yield from (_Candidate(0, *row) for row in rows)


def _why(aim: Aim, left: int, kept: int) -> Why:
    if aim.stored_bytes is not None and left <= aim.stored_bytes:
        return Why.REACHED
    if kept:
        return Why.BUDGET
    return Why.ALL_GONE if aim.stored_bytes is None else Why.NO_MORE


def _stored_bytes(connection: apsw.Connection) -> int:
    size: int = connection.execute("SELECT ifnull(sum(stored_bytes), 0) FROM analysis_makers").get
    return size
