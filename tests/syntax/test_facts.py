"""The flattened AST as bytes: nothing is lost, equal nodes are equal bytes, damage is noticed."""

import numpy as np
import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from tasks.syntax.facts import decode, encode
from tasks.syntax.nodes import Nodes
from tasks.syntax.vocabulary import CODES

ROWS = st.lists(
    st.tuples(
        st.sampled_from(sorted(CODES.values())), st.integers(0, 1 << 31), st.integers(1, 1 << 20)
    )
)


def nodes_of(rows):
    columns = list(zip(*rows, strict=True)) or [(), (), ()]
    codes, starts = np.array(columns[0], np.uint8), np.array(columns[1], np.int64)
    return Nodes(codes, starts, starts + np.array(columns[2], np.int64)).canonical()


def rows_of(nodes):
    columns = (nodes.codes.tolist(), nodes.starts.tolist(), nodes.ends.tolist())
    return list(zip(*columns, strict=True))


@given(ROWS)
def test_decoding_gives_the_nodes_that_were_encoded(rows):
    nodes = nodes_of(rows)

    assert rows_of(decode(encode(nodes))) == rows_of(nodes)


@given(ROWS.flatmap(lambda rows: st.tuples(st.just(rows), st.permutations(rows + rows[:2]))))
def test_the_same_nodes_found_in_another_order_or_twice_are_equal_bytes(pair):
    rows, found = pair

    assert encode(nodes_of(found)) == encode(nodes_of(rows))


@given(ROWS)
def test_canonical_order_is_by_start_then_the_longer_then_the_code_and_none_twice(rows):
    expected = sorted({(c, s, s + n) for c, s, n in rows}, key=lambda r: (r[1], -r[2], r[0]))

    assert rows_of(nodes_of(rows)) == expected


def test_a_node_of_no_length_is_dropped():
    nodes = Nodes(np.array([1, 2], np.uint8), np.array([5, 5]), np.array([5, 6])).canonical()

    assert rows_of(nodes) == [(2, 5, 6)]


@pytest.mark.parametrize("damage", [lambda facts: facts[:-3], lambda facts: b"no frame" + facts])
def test_facts_that_are_no_frame_are_refused(damage):
    facts = encode(nodes_of([(1, 0, 4), (2, 9, 3)] * 50))

    with pytest.raises(zstandard.ZstdError):
        decode(damage(facts))


def test_facts_of_half_a_node_are_refused():
    with pytest.raises(ValueError, match="10 bytes are not a whole number of nodes"):
        decode(zstandard.compress(b"0123456789"))
