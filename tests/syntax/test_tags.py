"""What a content is about: the words of its identifiers, by weight."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.syntax.rows import extracted, rows_of, source


def tags(text, language="python"):
    return {row["tag"]: row["weight"] for row in rows_of("content_tags", text, language)}


@pytest.mark.parametrize(
    ("text", "language", "weights"),
    [
        ("class HttpParser: pass\n", "python", {"http": 8, "parser": 8}),
        ("def parse_http(): pass\n", "python", {"parse": 4, "http": 4}),
        ("limit_max = 1\n", "python", {"limit": 2, "max": 2}),
        ("struct s { int first_field; };", "c", {"first": 1, "field": 1}),
        ("load_all()\n", "python", {"load": 1, "all": 1}),
    ],
)
def test_a_definition_weighs_by_its_type_and_a_use_is_one(text, language, weights):
    assert tags(text, language) == weights


def test_a_name_counts_once_a_content_with_its_greatest_weight():
    text = "def load(): pass\nload()\nload()\ndef load(): pass\n"

    assert tags(text) == {"load": 4}


def test_the_weights_of_all_names_that_hold_a_word_are_summed():
    assert tags("class Page: pass\ndef pageUp(): pass\npage_down()\n")["page"] == 8 + 4 + 1


def test_keywords_numbers_and_single_letters_are_no_tags():
    assert tags("class for_each_2: pass\ndef return_x_30(): pass\n") == {"each": 8}


def test_words_of_more_than_32_bytes_are_no_tags():
    assert tags(f"class {'a' * 32}_{'b' * 33}: pass\n") == {"a" * 32: 8}


def test_the_heaviest_32_are_kept_and_of_equal_ones_those_that_sort_first():
    names = [f"w{chr(97 + n // 26)}{chr(97 + n % 26)}" for n in range(40)]
    text = "".join(f"def {name}(): pass\n" for name in reversed(names)) + "class Zoo: pass\n"

    assert tags(text) == {**dict.fromkeys(names[:31], 4), "zoo": 8}


NAMES = st.sampled_from(["loadPage", "load_page", "HTTPPage", "page2", "x", "for_all", "été"])
TEXTS = st.lists(
    st.tuples(
        st.sampled_from(["def {}(): pass\n", "class {}: pass\n", "{}()\n", "{} = 1\n"]), NAMES
    )
).map(lambda lines: "".join(line.format(name) for line, name in lines))


@settings(max_examples=50, deadline=None)
@given(st.lists(TEXTS, min_size=1, max_size=4))
def test_a_content_has_the_tags_that_it_has_alone(texts):
    sources = [source(number, text) for number, text in enumerate(texts, 1)]
    alone = [row for each in sources for row in extracted([each])["content_tags"]]

    assert extracted(sources)["content_tags"] == alone
    assert alone == sorted(alone, key=lambda row: (row["ast_id"], row["tag"].encode()))
