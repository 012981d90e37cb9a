"""Distinct names, how many symbols have each, and the words inside of them."""

import unicodedata

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tasks.columnar.names import count_names, symbol_names, words_of
from verification.checks.names import _is_judged, _words

NAMES = st.text(st.sampled_from('aZbC09_:. -"ßÉéİǅ解析\u0301\U0001f600Σς'), max_size=8)


def listed(counted):
    return [row for table in symbol_names(counted) for row in table.to_pylist()]


def words(name):
    return words_of(pa.array([name])).to_pylist()[0]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("parse_http_header", "parse http header"),
        ("parseHttpHeader", "parse http header"),
        ("HTTPParser2", "http parser 2"),
        ("__init__", "init"),
        ("utf8Name", "utf 8 name"),
        ("x86_64", "x 86 64"),
        ("ABc", "a bc"),
        ("aB", "a b"),
        ("MAX", "max"),
        ("std::vector<int>", "std vector int"),
        ("operator+=", "operator"),
        ("+", ""),
        ('it\'s "100%"', "it s 100"),
        ("getÉtat", "get état"),
        ("ÜBERGröße", "über größe"),
        ("解析Http", "解析 http"),
        ("cafe\u0301Bar", "cafe\u0301 bar"),
        ("İstanbul", "istanbul"),
    ],
)
def test_words_are_those_that_people_see_in_a_name(name, expected):
    assert words(name) == expected


def test_names_are_counted_over_all_parts_and_ordered_by_length_then_without_and_with_case():
    parts = [["bb", "a", "é", "bb"], ["Z", "A", "bb", "aa"], []]
    counted = [count_names(pa.chunked_array([part], pa.string())) for part in parts]

    assert listed(counted) == [
        {"name": "A", "words": "a", "definitions": 1},
        {"name": "a", "words": "a", "definitions": 1},
        {"name": "Z", "words": "z", "definitions": 1},
        {"name": "é", "words": "é", "definitions": 1},
        {"name": "aa", "words": "aa", "definitions": 1},
        {"name": "bb", "words": "bb", "definitions": 3},
    ]


def test_without_symbols_there_are_no_names():
    assert listed([]) == []


@settings(deadline=None)
@given(NAMES)
def test_verification_finds_the_same_words_on_its_own(name):
    assert _words(name) == words(name)


@settings(deadline=None)
@given(st.lists(NAMES, max_size=5), st.integers(0, 5))
def test_the_words_of_a_name_are_the_same_whatever_stands_beside_it(names, first):
    together = words_of(pa.array(names, pa.string()).slice(first))

    assert together.to_pylist() == [words(name) for name in names[first:]]


def test_verification_judges_every_character_that_all_unicode_tables_know_as_the_builder_does():
    known = [
        character
        for character in map(chr, range(0x110000))
        if unicodedata.category(character) != "Cs" and _is_judged(character)
    ]
    names = [f"{before}{character}{after}" for character in known for before, after in ("aB", "Aa")]

    assert [_words(name) for name in names] == words_of(pa.array(names)).to_pylist()
