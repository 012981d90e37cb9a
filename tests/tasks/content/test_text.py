"""Which contents are text, and what their text is in UTF-8."""

import codecs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.content.text import is_binary, to_utf8

TEXT = "naïve = '☃'\n"


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"", False),
        (b"plain\n", False),
        (b"\x89PNG\0\0", True),
        (b"x" * 7999 + b"\0", True),
        (b"x" * 8000 + b"\0", False),
        (TEXT.encode("utf-16"), False),
        (codecs.BOM_UTF16_BE + TEXT.encode("utf-16-be"), False),
        (TEXT.encode("utf-16-le"), True),
    ],
)
def test_a_content_with_a_nul_near_its_start_is_binary_unless_it_is_marked_utf_16(data, expected):
    assert is_binary(data) is expected


@given(st.text())
def test_utf_8_is_unchanged(text):
    data = text.encode()

    assert to_utf8(data) == data


def test_the_mark_of_utf_8_stays():
    data = codecs.BOM_UTF8 + TEXT.encode()

    assert to_utf8(data) == data


@pytest.mark.parametrize(
    "data",
    [
        codecs.BOM_UTF16_LE + TEXT.encode("utf-16-le"),
        codecs.BOM_UTF16_BE + TEXT.encode("utf-16-be"),
    ],
)
def test_utf_16_with_its_mark_becomes_utf_8_without(data):
    assert to_utf8(data) == TEXT.encode()


@pytest.mark.parametrize(
    ("data", "text"),
    [(b"caf\xe9\n", "café\n"), (codecs.BOM_UTF16_LE + b"odd", "ÿþodd")],
)
def test_what_is_neither_is_read_as_latin_1(data, text):
    assert to_utf8(data) == text.encode()
