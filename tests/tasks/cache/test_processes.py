"""Many processes read and write one cache; nothing is lost and nobody meets a lock.

A minute of it by hand: ``python -m tests.tasks.cache.hammer FOLDER 10 60``.
"""

import json
import subprocess
import sys
from pathlib import Path

from tasks.cache import Cache
from tasks.cache.statistics import cache_stats
from tasks.cache.verifying import verify
from tests.tasks.cache.hammer import run

REPOSITORY = Path(__file__).parents[3]


def test_ten_processes_lose_no_update_and_meet_no_lock(index):
    told = run(index, processes=10, seconds=2.0)
    with Cache(index) as cache:
        total, verified = cache_stats(cache).total, verify(cache)

    assert [one["errors"] for one in told] == [[]] * 10
    assert [one["lost"] for one in told] == [0] * 10
    assert total.hits + total.misses == sum(one["reads"] for one in told)
    assert total.hits == sum(one["hits"] for one in told)
    assert verified.offences == []
    assert verified.entries == len({key for one in told for key in one["keys"]})


def test_a_process_that_just_ends_has_its_reads_on_record(index):
    script = (
        "import sys; from pathlib import Path; from tasks.cache import Cache, Factors;"
        "cache = Cache(Path(sys.argv[1])); f = Factors('summary', bytes(32));"
        "cache.set(f, 1); cache.get(f)"
    )
    subprocess.run([sys.executable, "-c", script, str(index)], check=True, cwd=REPOSITORY)
    with Cache(index) as cache:
        hits = cache_stats(cache).total.hits

    assert hits == 1


def test_a_command_that_reads_the_cache_loads_nothing_heavy():
    heavy = {"prefect", "pyarrow", "tree_sitter", "pydantic", "rich", "typer", "verification"}
    script = "import json, sys; import tasks.cache; print(json.dumps(sorted(sys.modules)))"
    said = subprocess.run(
        [sys.executable, "-c", script], check=True, capture_output=True, cwd=REPOSITORY
    ).stdout

    assert heavy & set(json.loads(said)) == set()
