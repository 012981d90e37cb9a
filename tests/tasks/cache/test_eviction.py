"""Evictions go in their order, reach their aim or say why not, and disturb no reader."""

import random
import threading
from contextlib import closing

import apsw
import pytest

from tasks.cache import Cache, Item, Tokens
from tasks.cache.eviction import Aim, Eviction, Order, Why, evict
from tasks.cache.selection import Selection
from tasks.cache.statistics import cache_stats
from tasks.errors import PreconditionFailed, QuestionInvalid
from tests.tasks.cache.conftest import factors

ALL = Selection()


def noise(size: int, seed: int) -> str:
    """Make a text that takes about as many bytes as it has characters, compressed."""
    return random.Random(seed).randbytes(size // 2).hex()


@pytest.fixture
def four(cache, clock):
    """Four entries: 0 is the oldest and largest, 1 the dearest, 2 unread, 3 the newest and free."""
    for number, (size, tokens) in enumerate(((4000, 9), (1000, 50), (2000, 30), (500, 0))):
        clock.at_ms += 1000
        cache.set(factors(number), noise(size, number), Tokens(output=tokens))
    for number in (2, 3, 1, 0):
        clock.at_ms += 1000
        cache.get(factors(number))
    return cache


def left(cache):
    return [n for n in range(4) if cache.get(factors(n)) is not None]


@pytest.mark.parametrize(
    ("order", "first_two"),
    [
        (Order.LEAST_RECENTLY_USED, [2, 3]),
        (Order.OLDEST, [0, 1]),
        (Order.LARGEST, [0, 2]),
        (Order.MOST_EXPENSIVE, [1, 2]),
        (Order.CHEAPEST, [3, 0]),
    ],
)
def test_what_goes_first_is_what_the_order_says(four, order, first_two):
    sizes = {n: entry_bytes(four, n) for n in range(4)}
    total = sum(sizes.values())
    aim = Aim(order, stored_bytes=total - sizes[first_two[0]] - 1)
    evict(four, ALL, aim)

    assert left(four) == sorted(set(range(4)) - set(first_two))


def entry_bytes(cache, number):
    with cache.reading() as opened:
        return opened.connection.execute(
            "SELECT stored_bytes FROM analysis_cache WHERE content_hash = ?",
            (bytes([number]) * 32,),
        ).get


def test_an_eviction_tells_what_went_and_that_the_aim_is_reached(four):
    size, dear = entry_bytes(four, 0), 9 * 15_000
    total = cache_stats(four).total.stored_bytes
    told = evict(four, ALL, Aim(Order.LARGEST, stored_bytes=total - 1))

    assert told == Eviction(1, size, dear, total - size, is_reached=True, why=Why.REACHED)
    assert cache_stats(four).total.stored_bytes == total - size


def test_a_dry_run_tells_the_same_and_changes_nothing(four):
    total = cache_stats(four).total.stored_bytes
    aim = Aim(Order.OLDEST, stored_bytes=total // 2)
    would = evict(four, ALL, aim, is_dry_run=True)
    before = left(four)

    assert before == [0, 1, 2, 3]
    assert evict(four, ALL, aim) == would


def test_without_an_aim_all_that_is_selected_goes_and_nothing_else(four):
    four.set(factors(1, cache_type="review"), "kept")
    told = evict(four, Selection(cache_type="summary"))

    assert (told.entries, told.is_reached, told.why) == (4, True, Why.ALL_GONE)
    assert four.get(factors(1, cache_type="review")) == "kept"


def test_entries_made_before_a_time_go_by_age(four, clock):
    evict(four, Selection(made_before_ms=clock.at_ms - 6500))

    assert left(four) == [1, 2, 3]


def test_an_aim_that_the_selection_cannot_reach_is_told(four):
    told = evict(four, Selection(content_hash=bytes(32)), Aim(stored_bytes=10))

    assert (told.entries, told.is_reached, told.why) == (1, False, Why.NO_MORE)


def test_a_budget_is_not_exceeded_and_what_it_allows_goes(four):
    told = evict(four, ALL, Aim(Order.LARGEST, stored_bytes=0, budget_nano=40 * 15_000))

    assert (told.cost_nano, told.is_reached, told.why) == (39 * 15_000, False, Why.BUDGET)
    assert left(four) == [1]


def test_within_a_budget_nothing_goes_that_cost_nobody_knows_what(four):
    four.set(factors(4, model="small"), "of no known price", Tokens(output=1))
    four.set(factors(5, model="small"), "for nothing")
    told = evict(four, Selection(model="small"), Aim(budget_nano=10**9))

    assert (told.entries, told.cost_nano, told.why) == (1, 0, Why.BUDGET)
    assert four.get(factors(4, model="small")) == "of no known price"


def test_an_aim_that_is_reached_already_evicts_nothing(four):
    total = cache_stats(four).total.stored_bytes

    assert evict(four, ALL, Aim(stored_bytes=total)).entries == 0


def test_of_an_index_without_a_companion_there_is_nothing_to_evict(cache, index):
    told = evict(cache, ALL)

    assert told == Eviction(0, 0, 0, 0, is_reached=True, why=Why.REACHED)
    assert list(index.parent.iterdir()) == []


def test_an_eviction_leaves_no_value_behind(four):
    evict(four, ALL)
    with four.reading() as opened:
        left_over = opened.connection.execute("SELECT COUNT(*) FROM analysis_values").get

    assert left_over == 0


def test_readers_see_no_error_while_others_evict_and_set(index):
    every = [Item(factors(n % 256, prompt=str(n)), noise(300, n)) for n in range(3000)]
    wrong = []

    def read():
        with Cache(index) as reader:
            while not done.is_set():
                some = random.sample(every, 20)
                found = reader.get_many([item.factors for item in some])
                wrong.extend(
                    item
                    for item, value in zip(some, found, strict=True)
                    if value not in (None, item.value)
                )

    done = threading.Event()
    with Cache(index) as cache:
        cache.set_many(every)
        readers = [threading.Thread(target=read) for _ in range(2)]
        for reader in readers:
            reader.start()
        for _ in range(3):
            evict(cache, ALL, Aim(stored_bytes=cache_stats(cache).total.stored_bytes // 3))
            cache.set_many(every)
        done.set()
        for reader in readers:
            reader.join()

    assert wrong == []


@pytest.fixture
def built(index):
    """The index of two roots: contents 0 and 1 in files of one, 1 and 2 of the other; 3 in none."""
    with closing(apsw.Connection(str(index))) as connection:
        connection.execute(
            "CREATE TABLE roots (root_id INTEGER PRIMARY KEY, name TEXT);"
            "CREATE TABLE files (root_id INTEGER, path TEXT, content_hash BLOB);"
            "INSERT INTO roots VALUES (1, 'left'), (2, 'right');"
        )
        connection.executemany(
            "INSERT INTO files VALUES (?, ?, ?)",
            [
                (1, "src/a.py", bytes([0]) * 32),
                (1, "lib/b.py", bytes([1]) * 32),
                (2, "src/deep/b.py", bytes([1]) * 32),
                (2, "c.py", bytes([2]) * 32),
                (2, "broken", None),
            ],
        )
    return index


@pytest.mark.usefixtures("built")
def test_a_root_that_the_index_does_not_have_is_refused_with_those_it_has(four):
    with pytest.raises(QuestionInvalid, match="no root lef") as refused:
        evict(four, Selection(root="lef"))

    assert refused.value.next_step == "Did you mean left? Known: left, right."


@pytest.mark.parametrize(
    ("selection", "gone"),
    [
        (Selection(is_orphan=True), [3]),
        (Selection(root="left"), [0, 1]),
        (Selection(root="right"), [1, 2]),
        (Selection(path="src/*"), [0, 1]),
        (Selection(path="src/*", root="left"), [0]),
        (Selection(path="*.c"), []),
        (Selection(prompt_hash="other"), []),
        (Selection(model="large", provider="mill", root="left", path="lib/b.py"), [1]),
    ],
    ids=str,
)
@pytest.mark.usefixtures("built")
def test_files_select_the_contents_that_they_hold(four, selection, gone):
    evict(four, selection)

    assert left(four) == sorted(set(range(4)) - set(gone))


def test_a_view_of_the_index_that_says_main_is_in_nobodys_way(four, built):
    with closing(apsw.Connection(str(built))) as connection:
        connection.execute("CREATE VIEW paths AS SELECT path FROM main.files")
    evict(four, Selection(is_orphan=True))

    assert left(four) == [0, 1, 2]


def test_what_a_killed_writer_has_left_in_the_index_makes_no_orphans(four, built):
    with closing(apsw.Connection(str(built))) as writer:
        writer.execute("BEGIN IMMEDIATE; DELETE FROM files WHERE path = 'c.py'")
        writer.cache_flush()
        journal = built.with_name(f"{built.name}-journal")
        left_behind = {path: path.read_bytes() for path in (built, journal)}
    for path, content in left_behind.items():
        path.write_bytes(content)

    with pytest.raises(PreconditionFailed, match="cannot say which files hold a content"):
        evict(four, Selection(is_orphan=True))

    assert left(four) == [0, 1, 2, 3]


@pytest.mark.parametrize("make", [None, "CREATE TABLE t (x)", "no files"])
def test_nothing_is_an_orphan_where_no_index_can_tell(four, index, make, request):
    if make == "no files":
        request.getfixturevalue("built")
        with closing(apsw.Connection(str(index))) as connection:
            connection.execute("DELETE FROM files")
    elif make:
        with closing(apsw.Connection(str(index))) as connection:
            connection.execute(make)

    with pytest.raises(PreconditionFailed, match="cannot say which files hold a content"):
        evict(four, Selection(is_orphan=True))

    assert left(four) == [0, 1, 2, 3]
