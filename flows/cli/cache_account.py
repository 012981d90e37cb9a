"""The account of a cache, for people and as JSON."""

from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from flows.cli.cache_words import money, size
from tasks.cache.statistics import CacheStats, Sums


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


def _rate(sums: Sums) -> str:
    return "" if sums.hit_rate is None else f" ({sums.hit_rate:.1%})"


def _columns(sums: Sums) -> tuple[str, ...]:
    counts = (str(sums.entries), size(sums.stored_bytes), str(sums.hits), str(sums.misses))
    return (*counts, money(sums.cost_nano), money(sums.saved_nano))
