"""Which contents are text, what their text is in UTF-8, and where it stands in the content."""

import codecs
from itertools import accumulate, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.content.text import STRAY, decode, is_binary

STRAYS = {0xDC00 + byte: byte for byte in range(0x80, 0x100)}
TEXT = "naïve = '☃𝄞'\n"


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
        (TEXT.encode("utf-32"), False),
        (TEXT.encode("utf-16-le"), True),
        (codecs.BOM_UTF16_LE + b"\0od", True),
    ],
)
def test_a_content_with_a_nul_near_its_start_is_binary_unless_it_bears_a_mark(data, expected):
    assert is_binary(data) is expected


@given(st.text(st.characters(exclude_characters="\0\r", codec="utf-8")))
def test_utf_8_is_unchanged(text):
    data = text.encode()
    decoded = decode(data)

    assert (decoded.utf8, decoded.encoding, decoded.own_offsets) == (data, "utf-8", None)


def test_the_mark_of_utf_8_stays():
    data = codecs.BOM_UTF8 + TEXT.encode()

    assert decode(data).utf8 == data


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"])
def test_what_bears_a_mark_is_read_by_it_and_the_mark_stays(encoding):
    decoded = decode(("\ufeff" + TEXT).encode(encoding))

    assert (decoded.utf8, decoded.encoding) == (("\ufeff" + TEXT).encode(), encoding)


@pytest.mark.parametrize(
    ("encoding", "text"),
    [
        ("cp1252", "// “für die Größe der Straße”\n"),
        ("cp1250", "// zażółć gęślą jaźń, źródło\n"),
        ("cp1251", "// функция возвращает строку\n"),
        ("koi8-r", "/* функция возвращает строку, если всё хорошо */\n"),
        ("cp1253", "// συνάρτηση επιστρέφει\n"),
        ("cp932", "// 文字列を返す関数です。カタカナも\n"),
        ("euc_jis_2004", "// 文字列を返す関数です。カタカナも\n"),
        ("gb18030", "// 返回字符串的函数如果一切正常\n"),
        ("big5hkscs", "// 傳回字串的函式如果一切正常\n"),
        ("cp949", "// 문자열을 반환하는 함수입니다\n"),
    ],
)
def test_an_old_encoding_is_recognised_by_the_text(encoding, text):
    decoded = decode(text.encode(encoding))

    assert (decoded.utf8.decode(), decoded.encoding) == (text, encoding)


def test_an_encoding_that_the_text_names_is_believed():
    decoded = decode("# -*- coding: koi8-r -*-\nx = 'é'\n".encode("latin-1"))

    assert (decoded.utf8.decode(), decoded.encoding) == (
        "# -*- coding: koi8-r -*-\nx = 'И'\n",
        "koi8-r",
    )


def test_a_stray_byte_does_not_spoil_utf_8():
    decoded = decode("// für Größe, ".encode() + b"caf\xe9\n")

    assert (decoded.utf8.decode(), decoded.encoding) == ("// für Größe, café\n", STRAY)


def test_what_is_no_text_of_any_encoding_is_read_as_latin_1():
    data = bytes(range(1, 256)) * 3
    decoded = decode(data)

    assert (decoded.utf8.decode(), decoded.encoding) == (data.decode("latin-1"), "latin-1")


@pytest.mark.parametrize(
    ("data", "utf8"),
    [
        (b"a\rb\r", b"a\nb\n"),
        (b"a\r\nb\r", b"a\r\nb\r"),
        ("é\rb".encode("latin-1"), "é\nb".encode()),
        (b"'\0'\n", b"' '\n"),
        ("\ufeffé\0".encode("utf-16-le"), "\ufeffé ".encode()),
    ],
)
def test_lone_carriage_returns_end_lines_where_nothing_else_does_and_nul_is_a_blank(data, utf8):
    assert decode(data).utf8 == utf8


ENCODED = st.one_of(
    st.binary(),
    st.text().map(lambda text: ("\ufeff" + text).encode("utf-16-le", "surrogatepass")),
    st.text(st.characters(codec="cp1251")).map(lambda text: text.encode("cp1251")),
    st.text("カタ関数x\r").map(lambda text: text.encode("cp932")),
    st.tuples(st.text().map(str.encode), st.binary(max_size=3)).map(b"".join),
)


@given(ENCODED)
def test_every_character_stands_where_its_offset_says(data):
    decoded = decode(data)
    codec, errors = decoded.encoding, "replace"
    if decoded.encoding == STRAY:
        codec, errors = "utf-8", "surrogateescape"
    text = decoded.utf8.decode()
    ends = list(accumulate(len(character.encode()) for character in text))
    own = range(len(data) + 1) if decoded.own_offsets is None else decoded.own_offsets.tolist()
    pieces = [data[own[start] : own[end]] for start, end in pairwise([0, *ends])]

    assert b"".join(pieces) == data
    assert [len(piece.decode(codec, errors)) for piece in pieces] == [1] * len(text)


@given(ENCODED)
def test_the_text_is_what_its_encoding_reads(data):
    decoded = decode(data)
    if decoded.encoding == STRAY:
        read = data.decode(errors="surrogateescape").translate(STRAYS)
    else:
        read = data.decode(decoded.encoding, "replace")
    ended = read if "\n" in read else read.replace("\r", "\n")

    assert decoded.utf8.decode() == ended.replace("\0", " ")
