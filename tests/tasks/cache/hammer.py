"""Read and write one cache in many processes for a while, and tell what became of it.

python -m tests.tasks.cache.hammer FOLDER PROCESSES SECONDS
"""

import json
import random
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from tasks.cache import Cache, Factors, Item

_SHARED = 200  # keys that all processes write
_ROOT = Path(__file__).parents[3]


def run(index: Path, processes: int, seconds: float) -> list[dict[str, Any]]:
    """Start the processes at once; return what each tells."""
    with Cache(index) as cache:
        cache.set(_factors("shared", 0), [0, 0])
    words = [sys.executable, "-m", "tests.tasks.cache.hammer", str(index)]
    started = [
        subprocess.Popen(
            [*words, str(number), str(seconds), "worker"], stdout=subprocess.PIPE, cwd=_ROOT
        )
        for number in range(processes)
    ]
    return [json.loads(process.communicate()[0]) for process in started]


def hammer(index: Path, number: int, seconds: float) -> dict[str, Any]:
    """Set own keys and shared ones, read both back; own keys must be as set last."""
    own: dict[int, int] = {}
    told: dict[str, Any] = {"reads": 0, "hits": 0, "sets": 0, "lost": 0, "slowest_ms": 0.0}
    keys, errors = {"shared 0"}, []
    choice, end = random.Random(number), time.monotonic() + seconds
    with Cache(index) as cache:
        while time.monotonic() < end:
            began, one, value = time.perf_counter(), choice.randrange(50), choice.random()
            common = choice.randrange(_SHARED)
            try:
                cache.set(_factors(f"own {number}", one), value)
                cache.set_many([Item(_factors("shared", common), [number, value])])
                own[one] = value
                mine = choice.choice(list(own))
                found = cache.get_many(
                    [_factors(f"own {number}", mine), _factors("shared", choice.randrange(_SHARED))]
                )
            except Exception as error:
                errors.append(repr(error))
                continue
            keys |= {f"own {number} {one}", f"shared {common}"}
            told["lost"] += found[0] != own[mine]
            told["reads"] += 2
            told["sets"] += 2
            told["hits"] += sum(value is not None for value in found)
            told["slowest_ms"] = max(told["slowest_ms"], (time.perf_counter() - began) * 1000)
    return {**told, "errors": errors, "keys": sorted(keys)}


def _factors(cache_type: str, number: int) -> Factors:
    return Factors(cache_type, number.to_bytes(32, "big"))


if __name__ == "__main__":
    where, count, for_s = Path(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3])
    if sys.argv[4:] == ["worker"]:
        sys.stdout.write(json.dumps(hammer(where, count, for_s)))
    else:
        for one in run(where / "index.db", count, for_s):
            one["keys"] = len(one["keys"])
            sys.stdout.write(f"{json.dumps(one)}\n")
