"""What the analysis cache costs: single calls, statistics, eviction and size.

    python -m tests.bench.cache [ENTRIES…]

Two corpora of made-up analyses, as JSON: short reviews that are alike, and longer summaries of
random words. The size is compared with one JSON file an entry, as written and in blocks of 4 KiB.
"""

import random
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from tasks.cache import Cache, Factors, Item, Tokens
from tasks.cache.coding import document_of
from tasks.cache.eviction import Aim, Order, evict
from tasks.cache.selection import Selection
from tasks.cache.statistics import cache_stats
from tasks.cache.training import train
from tasks.companion.place import companion_of

_WORDS = [
    bytes(random.Random(n).choices(b"etaoinshrdlu", k=3 + n % 7)).decode() for n in range(4000)
]
_BLOCK = 4096


def main() -> None:
    """Measure each number of entries that the command line names, and print a table."""
    counts = [int(word) for word in sys.argv[1:]] or [10_000, 1_000_000]
    for count in counts:
        with tempfile.TemporaryDirectory(dir=".") as folder:
            _measure(Path(folder, "index.db"), count)


def _measure(index: Path, count: int) -> None:
    print(f"\n{count:,} entries")
    with Cache(index) as cache:
        began = time.perf_counter()
        cache.set_many(_items("review", count))
        _show("set_many, an entry", (time.perf_counter() - began) * 1000 / count)
        chance = random.Random(1)
        picked = [chance.randrange(count) for _ in range(2000)]
        _series("get, a hit", [_timed(cache.get, _factors("review", n)) for n in picked])
        _series("get, a miss", [_timed(cache.get, _factors("none", n)) for n in picked])
        fresh = list(_items("late", 500))
        _series("set", [_timed(cache.set, i.factors, i.value, i.tokens) for i in fresh])
        _series("stats", [_timed(cache_stats, cache) for _ in range(20)])
        _sizes(cache, index, count, "review")
        size = cache_stats(cache).total.stored_bytes
        share = size * 1000 // (count + 500)
        took = _timed(evict, cache, Selection(), Aim(Order.LEAST_RECENTLY_USED, size - share))
        _show(f"evict about 1,000 of {count:,}", took)
    if count <= 10_000:
        with Cache(index.with_name("other.db")) as cache:
            cache.set_many(_items("summary", count))
            _sizes(cache, index.with_name("other.db"), count, "summary")


def _sizes(cache: Cache, index: Path, count: int, cache_type: str) -> None:
    """Compare with JSON files; then train a dictionary, and compare again."""
    files = [len(document_of(item.value)) for item in _items(cache_type, min(count, 10_000))]
    scale = count / len(files)
    written, blocks = sum(files) * scale, sum(-(-size // _BLOCK) * _BLOCK for size in files) * scale
    for title in ("without a dictionary", "with a dictionary"):
        if title == "with a dictionary" and (count > 10_000 or train(cache, cache_type) is None):
            return
        with cache.writing() as opened:
            opened.connection.execute("VACUUM")
            opened.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        values, file = (
            cache_stats(cache).by_type[cache_type].stored_bytes,
            companion_of(index).stat(),
        )
        print(
            f"  size of {cache_type}, {title}: JSON {written / 1e6:.1f} MB, in files of blocks "
            f"{blocks / 1e6:.1f} MB; values {values / 1e6:.1f} MB ({values / written:.0%} of the "
            f"JSON), whole companion {file.st_size / 1e6:.1f} MB ({file.st_size / written:.0%} of "
            f"the JSON, {file.st_size / blocks:.0%} of the files)"
        )


def _items(cache_type: str, count: int) -> Iterator[Item]:
    for number in range(count):
        tokens = Tokens(input=900 + number % 100, output=80)
        yield Item(_factors(cache_type, number), _value(cache_type, number), tokens)


def _factors(cache_type: str, number: int) -> Factors:
    return Factors(cache_type, number.to_bytes(32, "big"), "mill", "large", "5e1f", "1")


def _value(cache_type: str, number: int) -> dict[str, Any]:
    chance = random.Random(number)
    if cache_type == "summary":
        text = " ".join(chance.choices(_WORDS, k=300))
        return {"summary": text, "sections": chance.choices(_WORDS, k=20)}
    words = chance.choices(_WORDS[:400], k=12)
    return {
        "verdict": chance.choice(["fine", "risky", "wrong"]),
        "confidence": round(chance.random(), 3),
        "findings": [{"line": chance.randrange(999), "message": " ".join(words)}],
        "reviewed_by": "mill/large",
    }


def _timed(work: Callable[..., Any], *words: Any) -> float:
    """Return how long a call takes, in ms."""
    began = time.perf_counter()
    work(*words)
    return (time.perf_counter() - began) * 1000


def _series(title: str, took: list[float]) -> None:
    took.sort()
    p50, p95 = took[len(took) // 2], took[len(took) * 95 // 100]
    print(f"  {title:<28}p50 {p50:8.3f} ms   p95 {p95:8.3f} ms")


def _show(title: str, took_ms: float) -> None:
    print(f"  {title:<28}    {took_ms:8.3f} ms")


if __name__ == "__main__":
    main()
