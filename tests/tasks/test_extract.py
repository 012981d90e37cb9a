"""How contents are cut into slices: equal shares, and large ones alone."""

import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from tasks.columnar.tables import write_table
from tasks.content.ledger import CONTENTS
from tasks.contracts import Discovery
from tasks.extract import slice_contents

MIB = 1 << 20


def sliced(folder, sizes):
    """Return the sizes in each slice."""
    table = pa.table(
        {
            name: pa.array(sizes if name == "size_bytes" else [None] * len(sizes), kind)
            for name, kind in zip(CONTENTS.names, CONTENTS.types, strict=True)
        }
    )
    contents = write_table(folder / "contents.arrow", table)
    slices = slice_contents(Discovery(contents, contents, 0, len(sizes), sum(sizes)), 1)
    return [sizes[part.first : part.last] for part in slices]


def test_a_large_content_stands_alone_wherever_it_lies(tmp_path):
    slices = sliced(tmp_path, [10, 2 * MIB, 20, 30, 3 * MIB])

    assert [part for part in slices if max(part) > MIB] == [[2 * MIB], [3 * MIB]]


@settings(max_examples=30, deadline=None)
@given(st.lists(st.integers(0, 4 * MIB), max_size=80))
def test_every_content_is_in_one_slice_in_order(tmp_path_factory, sizes):
    slices = sliced(tmp_path_factory.mktemp("slices"), sizes)

    assert [size for part in slices for size in part] == sizes
    assert all(slices)
