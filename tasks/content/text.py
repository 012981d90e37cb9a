"""What text the bytes of a content are: grammars read UTF-8."""

import codecs
from typing import Final

_HEAD_BYTES: Final = 8000  # what git looks at to tell text from binary
_UTF16: Final = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def is_binary(data: bytes) -> bool:
    """Tell whether a NUL stands near the start, as git does; UTF-16 with its mark is text."""
    return b"\0" in data[:_HEAD_BYTES] and not data.startswith(_UTF16)


def to_utf8(data: bytes) -> bytes:
    """Return the text of ``data`` as UTF-8: unchanged, or from UTF-16 with a mark, or Latin-1.

    Lines and columns of symbols and refs count in what this returns.
    """
    if data.isascii():
        return data
    try:
        if data.startswith(_UTF16):
            return data.decode("utf-16").encode()
        data.decode()
    except UnicodeDecodeError:
        return data.decode("latin-1").encode()
    return data
