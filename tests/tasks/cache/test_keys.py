"""A key says everything that a value depends on, and no two tuples of factors share one."""

from dataclasses import astuple, replace
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.cache.keys import Factors, key_of
from tasks.errors import PlanInvalid

words = st.text(st.characters(codec="utf-8"), max_size=6)
a_few = st.sampled_from(["", "a", "b", "ab", "aa", "\0", "a\0"])  # so that fields run together
some_factors = st.builds(
    Factors,
    words.filter(bool) | a_few.filter(bool),
    st.binary(min_size=32, max_size=32) | st.just(bytes(32)),
    *[words | a_few] * 4,
)

ONE = Factors("summary", bytes(range(32)), "mill", "large", "5e1f", "2")


def test_a_key_is_what_the_recipe_says():
    framed = b"".join(
        len(field).to_bytes(8, "big") + field
        for field in (b"1", b"summary", bytes(range(32)), b"mill", b"large", b"5e1f", b"2")
    )

    assert key_of(ONE) == sha256(framed).digest()


def test_the_key_of_recipe_1_never_changes():
    assert key_of(ONE).hex() == ("17b58a1c7428aea0e06254b289890310a684392301cfe9b05ea7e42b1c35b9be")


@given(some_factors, some_factors)
def test_keys_are_equal_exactly_where_all_factors_are(one, other):
    assert (key_of(one) == key_of(other)) == (one == other)


@given(some_factors, st.integers(0, 4), st.integers(0, 4), st.data())
def test_what_moves_from_one_factor_into_another_makes_another_key(one, source, target, data):
    fields = ["cache_type", "provider", "model", "prompt_hash", "schema_version"]
    text = getattr(one, fields[source])
    cut = data.draw(st.integers(0, len(text)))
    moved = replace(one, **{fields[source]: text[:cut] or "x"})
    moved = replace(moved, **{fields[target]: getattr(moved, fields[target]) + text[cut:]})

    assert (key_of(moved) == key_of(one)) == (astuple(moved) == astuple(one))


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"content_hash": bytes(31)}, "a content hash has 32 bytes, not 31"),
        ({"cache_type": ""}, "a cache type is empty"),
        ({"model": "half \ud83d"}, "is not Unicode text"),
    ],
)
def test_what_is_no_factor_is_refused(wrong, said):
    with pytest.raises(PlanInvalid, match=said):
        replace(ONE, **wrong)
