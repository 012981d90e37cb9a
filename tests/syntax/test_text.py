"""Lines and columns of many contents in one buffer, against counting in each alone."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.syntax.text import Text

BATCH = st.lists(st.text("a é\n\r", max_size=12).map(str.encode), min_size=1, max_size=6)


def offsets(texts):
    """Return every place of every content: its number, and its offset there."""
    return [(number, place) for number, text in enumerate(texts) for place in range(len(text))]


@given(BATCH)
def test_a_place_has_the_line_and_column_that_it_has_in_its_content_alone(texts):
    text = Text([number + 100 for number in range(len(texts))], texts)
    places = offsets(texts)
    shared = np.array([text.bases[number] + place for number, place in places], np.int64)
    found = text.positions(shared)

    lines = [texts[number][:place].count(b"\n") + 1 for number, place in places]
    assert found["ast_id"].to_pylist() == [number + 100 for number, _ in places]
    assert found["line_number"].to_pylist() == lines
    assert text.line_numbers(shared).to_pylist() == lines
    assert found["column_number"].to_pylist() == [
        place - (texts[number].rfind(b"\n", 0, place) + 1) for number, place in places
    ]


@given(BATCH)
def test_lines_of_two_contents_do_not_touch(texts):
    text = Text(range(len(texts)), texts)
    ends = text.bases + [max(len(each) - 1, 0) for each in texts]
    gaps = text.lines(text.bases[1:]) - text.lines(ends[:-1])

    assert (gaps > 1).all()


@pytest.mark.parametrize(
    ("text", "count"), [(b"", 0), (b"\n", 1), (b"a", 1), (b"a\n", 1), (b"a\n\n", 2), (b"a\nb", 2)]
)
def test_a_last_line_without_a_newline_counts(text, count):
    assert Text([1, 2, 3], [b"x\n", text, b"y"]).line_counts() == [1, count, 1]


def test_columns_of_a_text_that_stands_in_other_bytes_count_those():
    utf8 = "é = 1\né, x".encode()
    own = np.array([0, 0, 1, 2, 3, 4, 5, 6, 6, 7, 8, 9])
    text = Text([1, 2, 3], [b"a\nb", utf8, b"\nabc"], [None, own, None])
    first, last = text.bases[1], text.bases[2]
    places = np.array([2, first, first + 2, first + 7, first + 11, last + 3], np.int64)

    assert text.positions(places)["column_number"].to_pylist() == [0, 0, 1, 0, 3, 2]
