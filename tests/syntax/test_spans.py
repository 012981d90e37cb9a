"""Nesting and text of byte spans, against what a naive reading of the words says."""

import re
from unittest.mock import patch

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from tasks.syntax import spans
from tasks.syntax.spans import cut, enclosing, gather, innermost, on_one_line

SPAN = st.tuples(st.integers(0, 40), st.integers(1, 20)).map(lambda p: (p[0], p[0] + p[1]))


def laminar(spans):
    """Keep the spans that do not cross one kept before; equal ones are kept."""
    kept = []
    for start, end in spans:
        if not any(s < start < e < end or start < s < end < e for s, e in kept):
            kept.append((start, end))
    return sorted(kept, key=lambda span: (span[0], -span[1]))


LAMINAR = st.lists(SPAN, max_size=25).map(laminar)


def columns(spans):
    return np.array([s for s, _ in spans], np.int64), np.array([e for _, e in spans], np.int64)


def smallest_around(outer, start, end):
    """Return the index of the smallest span around another; of equal ones the last."""
    around = [(e - s, -i) for i, (s, e) in enumerate(outer) if s <= start and end <= e]
    return -min(around)[1] if around else -1


@given(LAMINAR, st.lists(SPAN, max_size=10))
def test_innermost_is_the_smallest_span_around(outer, inner):
    expected = [smallest_around(outer, start, end) for start, end in inner]

    assert innermost(*columns(outer), *columns(inner)).tolist() == expected


@given(LAMINAR)
def test_enclosing_is_the_smallest_other_span_around_an_equal_one_before_it_counts(spans):
    expected = [smallest_around(spans[:index], *span) for index, span in enumerate(spans)]

    assert enclosing(*columns(spans)).tolist() == expected


TEXTS = st.lists(st.text("aé☃😀\n", max_size=5), max_size=8)


def buffer_of(texts):
    raw = "".join(texts).encode()
    ends = np.cumsum([len(text.encode()) for text in texts], dtype=np.int64)
    starts = ends - [len(text.encode()) for text in texts]
    return np.frombuffer(raw, np.uint8), starts.astype(np.int64), ends


@given(TEXTS, st.integers(1, 9))
def test_gather_returns_the_text_of_each_span_block_by_block(texts, size):
    with patch.object(spans, "_BLOCK_BYTES", size):
        assert gather(*buffer_of(texts)).to_pylist() == texts


@given(TEXTS.filter("".join), st.integers(0, 12))
def test_cut_keeps_the_longest_start_of_whole_characters_within_the_limit(texts, limit):
    buffer, starts, ends = buffer_of(texts)
    shorter = cut(buffer, starts, ends, limit)

    assert gather(buffer, starts, shorter).to_pylist() == [
        text.encode()[:limit].decode(errors="ignore") for text in texts
    ]


@given(st.lists(st.text("a\\ \r\n\té")), st.integers(1, 9))
def test_a_span_on_one_line_has_one_blank_for_white_space_and_the_backslashes_before_line_breaks(
    words, size
):
    buffer = np.frombuffer("".join(words).encode() + b"\n", np.uint8)
    ends = np.cumsum([len(word.encode()) for word in words], dtype=np.int64)
    starts = ends - np.array([len(word.encode()) for word in words], np.int64)

    expected = [re.sub(r"(\s|(?<!\\)\\(?=[\r\n]))+", " ", word) for word in words]

    with patch.object(spans, "_BLOCK_BYTES", size):
        assert on_one_line(buffer, starts, ends).to_pylist() == expected
