"""The cache and a plain dictionary, side by side, through anything that can be done to both."""

import json
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import zstandard
from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from tasks.cache import Cache, Factors, Item, Tokens
from tasks.cache.eviction import Aim, Order, evict
from tasks.cache.listing import entries
from tasks.cache.selection import Selection
from tasks.cache.statistics import Sums, cache_stats
from tasks.cache.verifying import verify
from tests.tasks.cache.conftest import PRICES, Clock, factors

some_factors = st.builds(
    factors,
    st.integers(0, 3),
    st.sampled_from(["summary", "review"]),
    st.sampled_from(["large", "small"]),
    st.sampled_from(["", "p"]),
)
values = st.text(min_size=1, max_size=200) | st.integers()
tokens = st.builds(Tokens, *[st.integers(0, 10**4)] * 3)
prices = {("mill", "large"): (3000, 15000, 300)}  # nano a token


@dataclass
class Kept:
    value: Any
    tokens: Tokens
    made: int
    updated: int
    accessed: int = 0
    count: int = 0

    @property
    def document(self) -> bytes:
        return json.dumps(self.value, ensure_ascii=False).encode()

    @property
    def size(self) -> int:
        compressor = zstandard.ZstdCompressor(level=3, write_dict_id=False)
        return len(compressor.compress(self.document))


@dataclass
class Account:
    hits: int = 0
    misses: int = 0
    saved: int = 0


@dataclass
class Model:
    kept: dict[Factors, Kept] = field(default_factory=dict)  # in the order of their making
    accounts: dict[tuple[str, str, str], Account] = field(default_factory=dict)
    spent: int = 0

    def cost(self, of: Factors) -> int:
        price = prices.get((of.provider, of.model), (0, 0, 0))
        t = self.kept[of].tokens
        return sum(a * b for a, b in zip((t.input, t.output, t.cached), price, strict=True))

    def account(self, of: Factors) -> Account:
        return self.accounts.setdefault(of.maker, Account())


RANKS = {
    Order.LEAST_RECENTLY_USED: lambda m, f: max(m.kept[f].updated, m.kept[f].accessed),
    Order.OLDEST: lambda m, f: m.kept[f].made,
    Order.LARGEST: lambda m, f: -m.kept[f].size,
    Order.MOST_EXPENSIVE: lambda m, f: -m.cost(f),
    Order.CHEAPEST: lambda m, f: Fraction(m.cost(f), m.kept[f].size),
}


class CacheBesideADictionary(RuleBasedStateMachine):
    def __init__(self):
        super().__init__()
        self.folder = TemporaryDirectory()
        self.clock, self.model = Clock(), Model()
        self.open()

    def open(self):
        self.cache = Cache(Path(self.folder.name, "index.db"), PRICES, self.clock)

    def teardown(self):
        self.cache.close()
        self.folder.cleanup()

    @rule(ms=st.integers(1, 10**9))
    def time_passes(self, ms):
        self.clock.at_ms += ms

    @rule(items=st.lists(st.builds(Item, some_factors, values, tokens), max_size=4))
    def set_many(self, items):
        self.cache.set_many(items)
        for item in items:
            before = self.model.kept.get(item.factors)
            self.model.kept[item.factors] = Kept(
                item.value,
                item.tokens,
                before.made if before else self.clock.at_ms,
                self.clock.at_ms,
                before.accessed if before else 0,
                before.count if before else 0,
            )
            self.model.account(item.factors)
            self.model.spent += self.model.cost(item.factors)

    @rule(wanted=st.lists(some_factors, max_size=5))
    def get_many(self, wanted):
        found = self.cache.get_many(wanted)
        for one in wanted:
            account, kept = self.model.account(one), self.model.kept.get(one)
            if kept:
                kept.accessed, kept.count = self.clock.at_ms, kept.count + 1
                account.hits += 1
                account.saved += self.model.cost(one)
            else:
                account.misses += 1
        if not self.model.kept and not self.model.spent and not self.has_begun:
            self.model.accounts.clear()  # misses alone begin no companion

        assert found == [self.model.kept[f].value if f in self.model.kept else None for f in wanted]

    @property
    def has_begun(self):
        return any(Path(self.folder.name).iterdir())

    @rule(
        order=st.sampled_from(Order),
        share=st.integers(0, 10),
        kind=st.sampled_from([None, "review"]),
    )
    def evict(self, order, share, kind):
        total = sum(kept.size for kept in self.model.kept.values())
        aim = total * share // 10
        told = evict(self.cache, Selection(cache_type=kind), Aim(order, stored_bytes=aim))
        rank = {one: number for number, one in enumerate(self.model.kept)}
        by_order = sorted(
            (one for one in rank if kind in (None, one.cache_type)),
            key=lambda one: (RANKS[order](self.model, one), rank[one]),
        )
        gone = 0
        for one in by_order:
            if total <= aim:
                break
            total -= self.model.kept.pop(one).size
            gone += 1

        assert (told.entries, told.left_bytes, told.is_reached) == (gone, total, total <= aim)

    @rule()
    def close_and_open(self):
        self.cache.close()
        self.open()

    @invariant()
    def entries_are_those_of_the_dictionary(self):
        found = {
            entry.factors: (
                value,
                entry.tokens,
                (entry.created_at_ms, entry.updated_at_ms),
                (entry.accessed_at_ms or 0, entry.access_count),
            )
            for entry, value in entries(self.cache, Selection())
        }

        assert found == {
            one: (k.value, k.tokens, (k.made, k.updated), (k.accessed, k.count))
            for one, k in self.model.kept.items()
        }

    @invariant()
    def sums_are_those_of_the_dictionary(self):
        kept, accounts = self.model.kept, self.model.accounts.values()
        stats = cache_stats(self.cache)

        assert stats.total == Sums(
            entries=len(kept),
            json_bytes=sum(len(k.document) for k in kept.values()),
            stored_bytes=sum(k.size for k in kept.values()),
            input_tokens=sum(k.tokens.input for k in kept.values()),
            output_tokens=sum(k.tokens.output for k in kept.values()),
            cached_tokens=sum(k.tokens.cached for k in kept.values()),
            cost_nano=sum(self.model.cost(one) for one in kept),
            unpriced=sum(one.model == "small" and k.tokens.total > 0 for one, k in kept.items()),
            hits=sum(account.hits for account in accounts),
            misses=sum(account.misses for account in accounts),
            saved_nano=sum(account.saved for account in accounts),
        )
        assert sum(month.cost_nano for month in stats.months) == self.model.spent
        assert sum(month.saved_nano for month in stats.months) == stats.total.saved_nano

    @invariant()
    def verification_finds_nothing(self):
        assert verify(self.cache).offences == []


TestCacheBesideADictionary = CacheBesideADictionary.TestCase
TestCacheBesideADictionary.settings = settings(
    deadline=None,
    max_examples=25,
    stateful_step_count=20,
    phases=(Phase.explicit, Phase.reuse, Phase.generate),  # each step is a database: no shrinking
)
