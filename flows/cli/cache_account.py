"""The account of a cache, for people and as JSON, and what was done to it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from flows.cli.cache_words import money, size

if TYPE_CHECKING:
    from tasks.cache.eviction import Eviction
    from tasks.cache.statistics import CacheStats, Sums
    from tasks.cache.training import Training


def as_plain(account: CacheStats) -> dict[str, Any]:
    """Return an account as JSON has it; money stays in billionths of the currency."""
    told = asdict(account)
    told["total"]["hit_rate"] = account.total.hit_rate
    told["quarantined"] = [str(path) for path in account.quarantined]
    return told


def told(account: CacheStats) -> Iterator[str]:
    """Yield an account line by line; columns are separated by tabs."""
    total = account.total
    yield f"entries\t{total.entries}"
    yield f"stored\t{size(total.stored_bytes)} of {size(total.json_bytes)} JSON"
    yield f"file\t{size(account.file_bytes)}"
    yield f"hits\t{total.hits} of {total.hits + total.misses}{_rate(total)}"
    tokens = (total.input_tokens, total.output_tokens, total.cached_tokens)
    yield "tokens\t{} in, {} out, {} cached".format(*tokens)
    unpriced = f", {total.unpriced} entries without a known price" if total.unpriced else ""
    yield f"cost\t{money(total.cost_nano)} to make again{unpriced}"
    yield f"saved\t{money(total.saved_nano)}"
    for title, groups in (("type", account.by_type), ("model", account.by_model)):
        yield f"\n{title}\tentries\tstored\thits\tmisses\tcost\tsaved"
        for name, sums in groups.items():
            yield "\t".join((name, *_columns(sums)))
    yield "\nmonth\tkept\thits\tmisses\tspent\tsaved"
    for month in account.months:
        counts = (month.sets, month.hits, month.misses)
        spent = (money(month.cost_nano), money(month.saved_nano))
        yield "\t".join((month.month, *map(str, counts), *spent))
    for path in account.quarantined:
        yield f"damaged, and moved away: {path}"


def evicted(done: Eviction, *, is_dry_run: bool) -> str:
    """Say what was evicted, and why no more."""
    would = "would be evicted" if is_dry_run else "evicted"
    return (
        f"{done.entries} entries {would}, {size(done.stored_bytes)}, {money(done.cost_nano)} to "
        f"make again; {size(done.left_bytes)} left: {done.why}"
    )


def learnt(done: Training | None) -> str:
    """Say what a dictionary of one type brings; None: there were too few values."""
    if done is None:
        return "too few values to learn from"
    share = f"{done.trained_bytes / done.plain_bytes:.0%} of the size without a dictionary"
    if not done.pays:
        return f"{share}: it does not pay"
    return f"{share}; {done.recompressed} values compressed anew"


def _rate(sums: Sums) -> str:
    return "" if sums.hit_rate is None else f" ({sums.hit_rate:.1%})"


def _columns(sums: Sums) -> tuple[str, ...]:
    counts = (str(sums.entries), size(sums.stored_bytes), str(sums.hits), str(sums.misses))
    return (*counts, money(sums.cost_nano), money(sums.saved_nano))
