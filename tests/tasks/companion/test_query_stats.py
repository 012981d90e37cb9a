"""Questions are counted without a reader ever waiting or failing."""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from statistics import fmean, quantiles

import apsw
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tasks.companion.place import companion_of
from tasks.companion.query_stats import QueryStats, QueryTimes, query_times
from tests.tasks.companion.conftest import names

ONE_MS = QueryTimes("where", 1, 1.0, 1.0, 1.0, 1.0)


@pytest.fixture
def recorder(index):
    recorder = QueryStats(index)
    yield recorder
    recorder.close()


def test_nothing_is_on_record_where_nobody_asked(index):
    QueryStats(index).close()

    assert query_times(index) == []
    assert names(index.parent) == []


def test_what_was_counted_is_on_record_after_the_recorder_is_closed(index, recorder):
    recorder.record("where", 0.001)
    before = query_times(index)
    recorder.close()

    assert before == []
    assert query_times(index) == [ONE_MS]


def test_counts_of_several_recorders_add_up(index):
    for took_s in (0.001, 0.003):
        recorder = QueryStats(index)
        recorder.record("where", took_s)
        recorder.close()
    (times,) = query_times(index)

    assert (times.queries, times.mean_ms) == (2, 2.0)


def test_a_question_that_fails_is_counted(index, recorder):
    with pytest.raises(ValueError, match="broken"), recorder.timed("search"):
        raise ValueError("broken")
    recorder.merge()

    assert [(times.kind, times.queries) for times in query_times(index)] == [("search", 1)]


def test_while_someone_writes_nothing_is_waited_for_and_counts_are_kept(index, companion, recorder):
    recorder.record("where", 0.001)
    with closing(apsw.Connection(str(companion))) as writer:
        writer.execute("BEGIN IMMEDIATE")
        merged_meanwhile = recorder.merge()
    recorder.record("where", 0.001)
    merged = recorder.merge()
    (times,) = query_times(index)

    assert (merged_meanwhile, merged, times.queries) == (False, True, 2)


def test_a_companion_that_is_a_folder_fails_no_reader(index, recorder):
    companion_of(index).mkdir()
    recorder.record("where", 0.001)

    assert recorder.merge() is False


def test_in_a_folder_that_nobody_may_write_to_nothing_is_kept_and_no_reader_fails(
    index, companion, recorder, nobody
):
    index.parent.chmod(0o555)
    companion.chmod(0o444)
    with nobody():
        recorder.record("where", 0.001)
        merged = recorder.merge()

    assert merged is False
    assert query_times(index) == []


def test_a_process_that_just_ends_has_its_counts_on_record(index):
    script = (
        "import sys; from pathlib import Path; from tasks.companion.query_stats import QueryStats;"
        "QueryStats(Path(sys.argv[1])).record('where', 0.001)"
    )
    subprocess.run([sys.executable, "-c", script, str(index)], check=True)

    assert query_times(index) == [ONE_MS]


def test_the_log_of_many_short_commands_stays_short(index, companion):
    for _ in range(150):
        recorder = QueryStats(index)
        recorder.record("where", 0.001)
        recorder.close()
    log = companion.with_name(f"{companion.name}-wal")

    assert query_times(index)[0].queries == 150
    assert not log.exists() or log.stat().st_size < 1 << 20


def test_threads_share_a_recorder_and_lose_nothing(index, recorder):
    def ask(number):
        recorder.record("where", 0.001)
        if number % 50 == 0:
            recorder.merge()

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(ask, range(1000)))
    recorder.close()

    assert query_times(index)[0].queries == 1000


@settings(deadline=None, max_examples=25)  # each writes a database
@given(st.lists(st.integers(min_value=1, max_value=10**7), min_size=1, max_size=300))
def test_mean_is_right_and_percentiles_are_within_a_bucket(tmp_path_factory, took_us):
    index = tmp_path_factory.mktemp("stats") / "index.db"
    recorder = QueryStats(index)
    for microseconds in took_us:
        recorder.record("where", microseconds / 1e6)
    recorder.close()
    (times,) = query_times(index)
    median = sorted(took_us)[(len(took_us) - 1) // 2] / 1000

    assert times.queries == len(took_us)
    assert times.mean_ms == pytest.approx(fmean(took_us) / 1000)
    assert median / 1.2 <= times.p50_ms <= median * 1.2


def test_percentiles_are_those_of_the_times(index, recorder):
    took_ms = [float(number) for number in range(1, 1001)]
    for milliseconds in took_ms:
        recorder.record("where", milliseconds / 1000)
    recorder.close()
    (times,) = query_times(index)
    percents = quantiles(took_ms, n=100)

    assert [times.p50_ms, times.p95_ms, times.p99_ms] == pytest.approx(
        [percents[49], percents[94], percents[98]], rel=0.1
    )
