"""A dictionary is trained where it pays, and no value is ever lost to one."""

import json
import random

import pytest

from tasks.cache import Cache, Item
from tasks.cache.statistics import cache_stats
from tasks.cache.training import train
from tasks.cache.verifying import verify
from tests.tasks.cache.conftest import factors, rows

WORDS = ["parses", "reads", "writes", "the", "file", "header", "returns", "error", "if", "empty"]


def alike(number: int) -> dict[str, object]:
    """Make a small value that looks like the others of its type."""
    chance = random.Random(number)
    text = " ".join(chance.choices(WORDS, k=20))
    return {"summary": text, "language": "python", "confidence": 0.9, "reviewed": False}


def items(values, cache_type="summary"):
    return [
        Item(factors(n % 256, cache_type, prompt=str(n)), value) for n, value in enumerate(values)
    ]


@pytest.fixture
def many(cache):
    cache.set_many(items(map(alike, range(3000))))
    return cache


def test_small_values_that_are_alike_are_stored_in_less_and_come_back_as_they_were(many):
    before = cache_stats(many).total.stored_bytes
    training = train(many, "summary")
    after = cache_stats(many).total.stored_bytes
    found = many.get_many([item.factors for item in items(map(alike, range(3000)))])

    assert (training.pays, training.recompressed) == (True, 3000)
    assert after < before * 0.8
    assert found == [alike(n) for n in range(3000)]
    assert verify(many).offences == []


def test_a_value_that_cannot_be_unpacked_any_more_stays_as_it_is(many):
    with many.writing() as opened:
        opened.connection.execute("UPDATE analysis_values SET value = x'00' WHERE entry_id = 7")
    training = train(many, "summary")
    found = many.get_many([item.factors for item in items(map(alike, range(3000)))])

    assert (training.pays, training.recompressed) == (True, 2999)
    assert found == [None if n == 6 else alike(n) for n in range(3000)]


def test_what_is_set_afterwards_is_compressed_with_the_newest_dictionary(many, index):
    train(many, "summary")
    many.set(factors(1), alike(7))
    many.set(factors(1, cache_type="review"), alike(7))
    used = rows(
        index,
        "SELECT cache_type, dictionary_id FROM analysis_cache JOIN analysis_makers USING (maker_id)"
        " JOIN analysis_values USING (entry_id) ORDER BY entry_id DESC LIMIT 2",
    )

    assert used == [("review", None), ("summary", 1)]


def test_values_of_an_older_dictionary_can_be_read_after_a_newer_one(many, index):
    train(many, "summary")
    with many.writing() as opened:  # as if the recompression had been cut off
        opened.connection.execute(
            "INSERT INTO analysis_dictionaries VALUES (2, 'summary', 0, 1, 1, 1, 1, ?)",
            (json.dumps(alike(0)).encode() * 9,),
        )
    many.set(factors(1), "new")
    with Cache(index) as other:
        found = other.get_many([factors(1), items([0])[0].factors])

    assert found == ["new", alike(0)]
    assert dict(rows(index, "SELECT dictionary_id, COUNT(*) FROM analysis_values GROUP BY 1")) == {
        1: 3000,
        2: 1,
    }


def test_a_dictionary_that_does_not_pay_is_measured_and_not_kept(cache, index):
    noise = [random.Random(n).randbytes(300).hex() for n in range(200)]
    cache.set_many(items(noise))
    training = train(cache, "summary")
    cache.set(factors(9), "later")

    assert training is None or not training.pays
    assert rows(index, "SELECT dictionary FROM analysis_dictionaries") in ([], [(None,)])
    assert rows(index, "SELECT DISTINCT dictionary_id FROM analysis_values") == [(None,)]


def test_of_a_few_values_nothing_is_learnt(cache):
    cache.set_many(items(map(alike, range(5))))

    assert train(cache, "summary") is None


def test_a_dictionary_in_use_cannot_be_deleted(many):
    train(many, "summary")
    with many.writing() as opened, pytest.raises(Exception, match="FOREIGN KEY"):
        opened.connection.execute("DELETE FROM analysis_dictionaries")
