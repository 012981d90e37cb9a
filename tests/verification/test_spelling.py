"""Names are written alike by builder and verification, made independently, and no two alike."""

import os
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.spelling import path_of, spelled
from tests.docs import PAGES
from verification.spelling import named, written

PIECES = ["a", "é", "\\", "x", "f", "5c", "/", "\\xff", "\ud7ff"]
STRAYS = [b"\xff", b"\x80", b"\xe2\x82", b"\xed\xb3\xbf", b"\xc3", b"\xf5"]
PATHS = st.lists(st.sampled_from([piece.encode() for piece in PIECES] + STRAYS)).map(b"".join)
VECTOR = re.compile(r"^\| `([^`]+)` \| `([^`]+)` \|$", re.MULTILINE)


@given(PATHS | st.binary())
def test_a_path_comes_back_from_what_is_written_of_it_so_no_two_are_written_alike(path):
    written_as = spelled(path)

    assert (written(os.fsdecode(path)), path_of(written_as)) == (written_as, path)
    assert os.fsencode(named(written_as)) == path
    assert written_as.encode().decode() == written_as


@given(st.text().filter(lambda text: not text.endswith("/")))
def test_text_is_written_as_it_is(text):
    assert (spelled(text.encode()), written(text), named(text)) == (text, text, text)


@given(st.binary().filter(lambda path: not path.endswith(b"/")))
def test_what_no_text_is_ends_as_no_file_can(path):
    try:
        is_text = path.decode() is not None
    except UnicodeDecodeError:
        is_text = False

    assert spelled(path).endswith("/") is not is_text


@pytest.mark.parametrize(
    ("path", "text"),
    [
        (b"b\xffad.py", "b\\xffad.py/"),
        (rb"b\xffad.py", r"b\xffad.py"),
        (b"b\\xff\xff", "b\\x5cxff\\xff/"),
        (b"of a commit/", "of a commit//"),
    ],
)
def test_the_rule_by_example(path, text):
    assert (spelled(path), written(os.fsdecode(path))) == (text, text)


def test_the_examples_of_the_specification_are_what_is_written():
    rows = VECTOR.findall((PAGES / "identity.md").read_text())
    paths = [os.fsencode(path).decode("unicode_escape").encode("latin-1") for path, _ in rows]

    assert [spelled(path) for path in paths] == [text for _, text in rows] != []
