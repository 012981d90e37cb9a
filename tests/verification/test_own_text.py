"""What stands at a line and a byte of a content, whatever its encoding."""

import pytest

from verification.own_text import OwnText

CODE = "é = 'naïve'\ncafé(thé)\n"


@pytest.mark.parametrize("encoding", ["utf-8", "latin-1", "utf-16-le", "utf-32-be", "cp1252"])
def test_a_name_is_spelled_where_its_own_bytes_stand_and_nowhere_else(encoding):
    text = OwnText(CODE.encode(encoding), encoding)
    column = len("café(".encode(encoding))
    found = [place for place in range(column * 2) if text.is_spelled("thé", 2, place)]

    assert found == [column]
    assert text.utf8 == CODE.encode()
    assert text.utf8[text.utf8_offset(2, column) :] == "thé)\n".encode()


def test_a_stray_byte_counts_as_one_and_is_read_as_latin_1():
    text = OwnText("für caf".encode() + b"\xe9 da\n", "utf-8+latin-1")

    assert text.is_spelled("café", 1, 5)
    assert text.is_spelled("da", 1, 10)
    assert text.utf8 == "für café da\n".encode()


def test_lines_end_with_carriage_returns_where_there_is_nothing_else():
    text = OwnText(b"a\rb c\r", "utf-8")

    assert text.is_spelled("c", 2, 2)
    assert not text.is_spelled("c", 9, 0)


def test_a_name_may_go_on_over_lines():
    text = OwnText(b"f a\nb\n", "utf-8")

    assert text.is_spelled("a\nb", 1, 2)
