"""What is read out of a pattern before any name is looked at, and what is refused."""

import re
from itertools import product

import pytest
import re2
from hypothesis import given, settings
from hypothesis import strategies as st

from tasks.errors import QuestionInvalid
from tasks.index.literals import Literals, required_literals
from tasks.index.mode import Mode
from tasks.index.patterns import folded, read_pattern, words_of

NOTHING = (Literals(),)


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("stream", (Literals("", ("stream",)),)),
        ("^usb_.*_device$", (Literals("usb_", ("usb_", "_device")),)),
        ("get|put", (Literals("", ("get",)), Literals("", ("put",)))),
        ("(get|put)_name", (Literals("", ("_name",)),)),
        ("names?_of", (Literals("", ("name", "_of")),)),
        ("ab+c", (Literals("", ("ab", "c")),)),
        ("ab{2}c", (Literals("", ("a", "c")),)),
        ("a[bc]d", (Literals("", ("a", "d")),)),
        ("a[]|)]d", (Literals("", ("a", "d")),)),
        ("a[[:alpha:]|]d", (Literals("", ("a", "d")),)),
        (r"a\.b\d\|c", (Literals("", ("a.b", "|c")),)),
        (r"x(a(\)|b)[)])?y", (Literals("", ("x", "y")),)),
        ("^a*b", (Literals("", ("b",)),)),
        ("^*b", (Literals("", ("b",)),)),
        ("stream|", (Literals("", ("stream",)), Literals())),
        ("(?i)stream", NOTHING),
        (r"\x41bc", NOTHING),
        (r"\Qa|b\E", NOTHING),
        (r"\pNbc", NOTHING),
        (r"(\x28|a)b", NOTHING),
        (".*", NOTHING),
    ],
)
def test_a_regular_expression_requires_what_every_match_of_it_holds(pattern, expected):
    assert required_literals(pattern) == expected


EVERY_NAME = ["".join(letters) for size in range(5) for letters in product("ab2|", repeat=size)]
ATOMS = st.sampled_from(
    ["a", "b", "ab", "2", "{", ".", r"\.", r"\|", r"\d", "[ab]", "[^]a]", "[|)]", "^", "$", r"\b"]
)
REGEXES = st.recursive(
    ATOMS,
    lambda inner: st.one_of(
        st.builds("{}{}".format, inner, inner),
        st.builds("{}|{}".format, inner, inner),
        st.builds("({})".format, inner),
        st.builds("(?:{}|{}){}".format, inner, inner, st.sampled_from(["", "*", "?"])),
        st.builds("{}{}".format, inner, st.sampled_from(["*", "+", "?", "*?", "{0}", "{,2}"])),
    ),
    max_leaves=8,
)


@settings(deadline=None)
@given(REGEXES)
def test_whatever_matches_holds_all_that_one_alternative_requires(pattern):
    options = re2.Options()
    options.log_errors = False
    try:
        regex = re2.compile(pattern, options)
    except re2.error:
        return
    required = required_literals(pattern)

    assert not [
        name
        for name in EVERY_NAME
        if regex.search(name) and not any(holds(name, literals) for literals in required)
    ]


def holds(name, literals):
    return name.startswith(literals.prefix) and all(each in name for each in literals.inside)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("parseHttp", ("parse", "http")),
        ("HTTPParser2 http", ("http", "parser", "2")),
        ("std::größeÄndern", ("std", "größe", "ändern")),
        ("::", ()),
    ],
)
def test_a_question_has_the_words_that_a_name_would_have(text, expected):
    assert words_of(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [("ABC", "abc"), ("ÄRGER", "ärger"), ("\u212a\u0130ß", "\u212a\u0130ß")],
)
def test_folding_changes_no_length_and_lets_nothing_become_ascii(text, expected):
    assert folded(text) == expected


@pytest.mark.parametrize("mode", Mode)
def test_an_empty_pattern_is_refused(mode):
    with pytest.raises(QuestionInvalid, match="the pattern is empty"):
        read_pattern("", mode, ignore_case=False)


@pytest.mark.parametrize("text", ["a\0b", "a\udcffb"])
def test_what_no_name_can_hold_is_refused(text):
    with pytest.raises(QuestionInvalid, match="the pattern is no text"):
        read_pattern(text, Mode.SUBSTRING, ignore_case=False)


def test_a_question_for_words_without_one_is_refused():
    with pytest.raises(QuestionInvalid, match=re.escape("there is no word in ->")):
        read_pattern("->", Mode.WORDS, ignore_case=False)


@pytest.mark.parametrize(
    ("pattern", "said", "mark"),
    [
        ("foo[bar", "missing ]", "   ^"),
        ("a(b", "missing )", " ^"),
        ("ab)", "unexpected )", "  ^"),
        ("*a", "no argument for repetition operator", "^"),
        ("a**", "bad repetition operator", " ^"),
        ("(?=a)b", "invalid perl operator", "^"),
        ("x\\1", "invalid escape sequence", " ^"),
        ("ab\\", "trailing \\", "  ^"),
        ("é[", "missing ]", " ^"),
    ],
)
def test_a_broken_regular_expression_is_refused_with_the_place(pattern, said, mark):
    with pytest.raises(QuestionInvalid) as refused:
        read_pattern(pattern, Mode.REGEX, ignore_case=False)

    assert refused.value.what == (
        f"the regular expression is broken, {said}:\n  {pattern}\n  {mark}"
    )


def test_a_regular_expression_takes_time_in_proportion_to_the_name():
    pattern = read_pattern("(a*)*(a*)*(a*)*b$", Mode.REGEX, ignore_case=False)

    assert not pattern.matches("a" * 50_000)
