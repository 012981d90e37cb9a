"""The words inside of identifiers."""

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.syntax.words import words_of


def split(*names):
    words, owners = words_of(pa.array(names, pa.string()))
    found = [[] for _ in names]
    for word, owner in zip(words.to_pylist(), owners.tolist(), strict=True):
        found[owner].append(word)
    return found


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("parseHttpHeader", ["parse", "http", "header"]),
        ("parse_http_header", ["parse", "http", "header"]),
        ("HTTPParser2", ["http", "parser", "2"]),
        ("HTTP", ["http"]),
        ("ABc", ["a", "bc"]),
        ("sha256sum", ["sha", "256", "sum"]),
        ("__x__", ["x"]),
        ("a::b", ["a", "b"]),
        ("naïveÉtat", ["naïveÉtat"]),
        ("größeMax", ["größe", "max"]),
        ("_", []),
        ("+", []),
    ],
)
def test_words_start_where_people_see_them_start(name, words):
    assert split(name) == [words]


@given(st.lists(st.text(min_size=1), max_size=8))
def test_a_name_has_the_words_that_it_has_alone(names):
    assert split(*names) == [words for name in names for words in split(name)]


def test_a_slice_of_names_has_its_own_words_alone():
    words, owners = words_of(pa.array(["aB", "cD", "eF"]).slice(1, 1))

    assert (words.to_pylist(), owners.tolist()) == (["c", "d"], [0, 0])
