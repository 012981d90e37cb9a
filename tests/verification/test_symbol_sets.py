"""The digest of a symbol set tells rows apart, and no ways of writing them."""

import hashlib

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from verification.symbol_sets import SetDigest, set_digest

ROWS = st.lists(
    st.fixed_dictionaries(
        {
            "name": st.text(max_size=4),
            "scope": st.none() | st.text(max_size=2),
            "digest": st.none() | st.binary(max_size=3),
            "line": st.none() | st.integers(-(2**31), 2**31 - 1),
        }
    ),
    max_size=8,
)
SCHEMA = pa.schema(
    [("name", pa.string()), ("scope", pa.string()), ("digest", pa.binary()), ("line", pa.int32())]
)
IN_ONE_FOLDER = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def digest_of(folder, rows, schema=SCHEMA, **how):
    pq.write_table(pa.Table.from_pylist(rows, schema), folder / "set.parquet", **how)
    return set_digest(folder / "set.parquet")


@given(rows=ROWS, group=st.integers(1, 9), has_dictionary=st.booleans())
@IN_ONE_FOLDER
def test_how_a_set_is_written_does_not_change_its_digest(tmp_path, rows, group, has_dictionary):
    wide = pa.schema([*list(SCHEMA)[:3], ("line", pa.int64())])
    other = {"row_group_size": group, "use_dictionary": has_dictionary, "compression": "none"}

    assert digest_of(tmp_path, rows, wide, **other) == digest_of(tmp_path, rows)


@given(one=ROWS, other=ROWS)
@IN_ONE_FOLDER
def test_two_sets_have_one_digest_exactly_if_their_rows_are_equal(tmp_path, one, other):
    is_equal_digest = digest_of(tmp_path, one) == digest_of(tmp_path, other)

    assert is_equal_digest == (one == other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ([{"name": "ab"}, {"name": "c"}], [{"name": "a"}, {"name": "bc"}]),
        ([{"name": "a", "scope": ""}], [{"name": "a", "scope": None}]),
        ([{"name": "a", "line": 0}], [{"name": "a", "line": None}]),
        ([{"name": "a"}, {"name": "b"}], [{"name": "b"}, {"name": "a"}]),
    ],
)
def test_rows_that_look_alike_are_told_apart(tmp_path, one, other):
    assert digest_of(tmp_path, one) != digest_of(tmp_path, other)


def test_the_digest_is_the_one_that_is_specified(tmp_path):
    one, none, eight = (1).to_bytes(8, "little"), bytes(8), (7).to_bytes(8, "little")
    columns = {  # validity, lengths, values
        "name": (b"\1", one, b"f"),
        "scope": (b"\0", none, b""),
        "digest": (b"\0", none, b""),
        "line": (b"\1", b"", eight),
    }
    whole = hashlib.sha256(one)
    for name, parts in columns.items():
        whole.update(name.encode() + b"\0")
        whole.update(b"".join(hashlib.sha256(part).digest() for part in parts))

    assert digest_of(tmp_path, [{"name": "f", "line": 7}]) == SetDigest(1, whole.hexdigest())
