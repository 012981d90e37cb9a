"""Bars draw what the numbers beside them say."""

import re

from verification.charts import Segment, bar, stacked


def widths(svg):
    return [
        (match[1], float(match[2]))
        for match in re.finditer(r'<rect class="fill ?(\w*)" x="[\d.]+" width="([\d.]+)"', svg)
    ]


def test_a_bar_is_as_wide_as_its_share():
    assert widths(bar(1, 4)) == [("", 25.0)]


def test_a_part_is_drawn_over_the_bar_it_is_part_of():
    assert widths(bar(4, 8, part=2)) == [("", 50.0), ("part", 25.0)]


def test_nothing_is_not_drawn_and_little_is_seen():
    assert widths(bar(0, 8)) == []
    assert widths(bar(1, 1_000_000)) == [("", 0.5)]
    assert widths(bar(0, 0)) == []


def test_segments_fill_the_whole_bar_in_their_order():
    drawn = widths(
        stacked("Files", [Segment("a", 3, "a"), Segment("b", 0, "b"), Segment("c", 1, "c")])
    )

    assert drawn == [("a", 75.0), ("c", 25.0)]


def test_many_small_segments_do_not_leave_the_bar():
    drawn = widths(stacked("Files", [Segment("big", 10**6, "big"), *[Segment("s", 1, "s")] * 9]))

    assert round(sum(width for _, width in drawn), 1) == 100.0


def test_a_stacked_bar_says_in_words_what_it_shows():
    svg = stacked("Files by <outcome>", [Segment("indexed", 1234, "a"), Segment("failed", 0, "b")])

    assert "<title>Files by &lt;outcome&gt;: indexed 1,234, failed 0</title>" in svg
