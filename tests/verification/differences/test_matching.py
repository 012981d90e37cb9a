"""The laws of matching rows: a difference of multisets, told with as few rows as there can be."""

from collections import Counter

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from verification.differences.matching import match

TEXTS = ("name", "type", "scope", "signature", "definition_hash")
COLUMNS = ("file", "name", "type", "scope", "line", "column", "signature", "definition_hash")
ROW = st.tuples(
    st.integers(0, 1),
    st.sampled_from(["f", "g"]),
    st.sampled_from(["function", "class"]),
    st.sampled_from([None, "K"]),
    st.integers(1, 4),
    st.integers(0, 1),
    st.sampled_from([None, "f()"]),
    st.sampled_from([None, b"\0", b"\1"]),
)


def table(rows):
    columns = {name: [row[place] for row in rows] for place, name in enumerate(COLUMNS)}
    schema = pa.schema(
        [
            ("file", pa.int64()),
            *((name, pa.string()) for name in ("name", "type", "scope")),
            ("line", pa.int64()),
            ("column", pa.int64()),
            ("signature", pa.string()),
            ("definition_hash", pa.binary()),
        ]
    )
    made = pa.table(columns, schema=schema)
    for name in TEXTS:
        place = made.column_names.index(name)
        made = made.set_column(place, name, made[name].dictionary_encode())
    return made


def told(before, after):
    """Match rows; return (what, name, line before, line after) of each that differs."""
    found = match(table(before), table(after), TEXTS)
    masks = {
        "added": found.is_added,
        "removed": found.is_removed,
        "moved": found.is_moved,
        "changed": found.is_changed,
    }
    return [
        (
            "+".join(word for word, mask in masks.items() if mask[number]),
            row["name"],
            row["line_before"],
            row["line_after"],
        )
        for number, row in enumerate(found.rows.to_pylist())
    ]


def at(line, name="f", definition=b"\0"):
    return (0, name, "function", None, line, 0, None, definition)


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ([at(1)], [at(1)], []),
        ([], [at(1)], [("added", "f", 0, 1)]),
        ([at(1)], [], [("removed", "f", 1, 0)]),
        ([at(1)], [at(5)], [("moved", "f", 1, 5)]),
        ([at(1)], [at(1, definition=b"\1")], [("changed", "f", 1, 1)]),
        ([at(1)], [at(5, definition=b"\1")], [("moved+changed", "f", 1, 5)]),
        ([at(1)], [at(1, "g")], [("removed", "f", 1, 0), ("added", "g", 0, 1)]),
        (
            [at(1), at(2), at(3)],
            [at(11), at(12), at(13)],
            [("moved", "f", 1, 11), ("moved", "f", 2, 12), ("moved", "f", 3, 13)],
        ),
        ([at(10), at(20)], [at(5), at(10), at(20)], [("added", "f", 0, 5)]),
        ([at(10), at(20), at(30)], [at(40)], [
            ("removed", "f", 20, 0),
            ("removed", "f", 30, 0),
            ("moved", "f", 10, 40),
        ]),
        ([at(1), at(1)], [at(1)], [("removed", "f", 1, 0)]),
        ([], [], []),
    ],
)  # fmt: skip
def test_rows_of_equal_keys_are_matched_in_order_of_position(before, after, expected):
    assert told(before, after) == expected


def key(row):
    return row[:4]


def naive_counts(before, after):
    """Count, by hand, what is added, removed, moved, and changed in its place."""
    old, new = Counter(before), Counter(after)
    old, new = old - new, new - old
    places = [Counter(row[:6] for row in rows.elements()) for rows in (old, new)]
    changed = (places[0] & places[1]).total()
    left = [
        Counter(key(row) for row in (here - there).elements())
        for here, there in (places, reversed(places))
    ]
    moved = (left[0] & left[1]).total()
    return (left[1] - left[0]).total(), (left[0] - left[1]).total(), moved, changed


@given(st.lists(ROW, max_size=12), st.lists(ROW, max_size=12))
def test_the_counts_are_those_of_a_difference_of_multisets(before, after):
    found = match(table(before), table(after), TEXTS)
    counts = (
        found.is_added.sum(),
        found.is_removed.sum(),
        found.is_moved.sum(),
        (found.is_changed & ~found.is_moved).sum(),
    )

    assert counts == naive_counts(before, after)


@given(st.lists(ROW, max_size=12), st.lists(ROW, max_size=12))
def test_the_way_back_swaps_what_is_added_and_removed(before, after):
    there, back = (
        match(table(old), table(new), TEXTS) for old, new in ((before, after), (after, before))
    )

    assert there.is_added.sum() == back.is_removed.sum()
    assert there.is_removed.sum() == back.is_added.sum()
    assert (there.is_moved.sum(), there.is_changed.sum()) == (
        back.is_moved.sum(),
        back.is_changed.sum(),
    )


@given(st.lists(ROW, max_size=12), st.lists(ROW, max_size=12), st.randoms(use_true_random=False))
def test_the_order_in_which_rows_come_makes_no_difference(before, after, random):
    shuffled = [random.sample(rows, len(rows)) for rows in (before, after)]

    assert told(*shuffled) == told(before, after)
