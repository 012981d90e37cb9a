"""Globs as SQLite understands them, said in regular expressions; SQLite itself is the judge."""

import apsw
import re2
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tasks.lake.globs import regular_expression

ALPHABET = "ab-c]^[*?é\n.\\"
SQLITE = apsw.Connection(":memory:")


@given(st.text(ALPHABET, max_size=8), st.text(ALPHABET, max_size=6))
@settings(max_examples=1000)
@example("[]a]", "]")
@example("[^]a]", "]")
@example("[c-a]", "c")
@example("[c-a]", "b")
@example("[a-]", "-")
@example("[a", "a")
@example("[^", "^")
@example("[a-c-e]", "-")
@example("*/[^.]?*", "é/ab")
def test_the_expression_matches_what_sqlite_matches(glob, text):
    said = SQLITE.execute("SELECT ? GLOB ?", (text, glob)).get

    assert bool(re2.fullmatch(regular_expression(glob), text)) == bool(said)
