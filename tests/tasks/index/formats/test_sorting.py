from hypothesis import given, settings
from hypothesis import strategies as st

from tasks.index.formats.sorting import sorted_lines

lines = st.binary().map(lambda line: line.replace(b"\n", b""))


@settings(deadline=None)
@given(st.lists(lines), st.integers(1, 64))
def test_lines_come_in_the_order_of_their_bytes_and_once_however_little_fits_in_memory(
    found, run_bytes
):
    assert list(sorted_lines(found, run_bytes)) == sorted(set(found))
