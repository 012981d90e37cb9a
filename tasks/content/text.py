"""What text the bytes of a content are: grammars read UTF-8, people count in the file's own bytes.

Decided by the bytes alone, in this order: a mark of UTF-8, UTF-16 or UTF-32; UTF-8; UTF-8 with
some stray bytes; the encoding that chardet takes it for; Latin-1, which any bytes are.
"""

import codecs
from dataclasses import dataclass
from typing import Final, TypeAlias

import chardet
import numpy as np
import numpy.typing as npt

Offsets: TypeAlias = npt.NDArray[np.int64]

UTF8: Final = "utf-8"
STRAY: Final = "utf-8+latin-1"  # UTF-8, but for single bytes that are read as Latin-1
_HEAD_BYTES: Final = 8000  # what git looks at to tell text from binary
_MARKS: Final = (  # the mark of UTF-16 starts the one of UTF-32
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# Encodings of source code without a state between characters.
_CANDIDATES: Final = (
    "big5hkscs", "cp932", "cp949", "euc_jis_2004", "gb18030", "koi8-r", "koi8-u",
    "cp1250", "cp1251", "cp1252", "cp1253", "cp1254", "cp1255", "cp1256", "cp1257", "cp1258",
)  # fmt: skip
_STRAY_BYTES: Final = {0xDC00 + byte: byte for byte in range(0x80, 0x100)}  # see PEP 383


@dataclass(frozen=True, slots=True)
class Decoded:
    """The text of a content."""

    utf8: bytes  # what is parsed
    encoding: str = UTF8
    own_offsets: Offsets | None = None  # of each offset in ``utf8``, in the content; None: the same


def is_binary(data: bytes) -> bool:
    """Tell whether a NUL stands near the start, as git does; what bears a mark is text."""
    return b"\0" in data[:_HEAD_BYTES] and _marked(data) is None


def decode(data: bytes) -> Decoded:
    """Return the text of ``data``.

    Marks stay in the text. NUL becomes a blank, and so does a carriage return a newline where
    there are no newlines: no grammar knows them, and offsets stay the same.
    """
    if data.isascii():
        return Decoded(_parsable(data))
    mark = _marked(data)
    if mark:
        return _read_as(mark, data, data.decode(mark, "replace"))
    try:
        data.decode()
    except UnicodeDecodeError:
        return _decode_other(data)
    return Decoded(_parsable(data))


def _marked(data: bytes) -> str | None:
    """Return the encoding that a mark and a length of whole units tell."""
    for mark, encoding in _MARKS:
        if data.startswith(mark) and len(data) % len(mark) == 0:
            return encoding
    return None


def _decode_other(data: bytes) -> Decoded:
    text = data.decode(errors="surrogateescape")
    strays = sum(map(text.count, map(chr, _STRAY_BYTES)))
    if 2 * strays <= sum(not character.isascii() for character in text) - strays:
        return _read_as(STRAY, data, text)
    found = chardet.detect(
        data, prefer_superset=True, include_encodings=_CANDIDATES, compat_names=False
    )["encoding"]
    try:
        return _read_as(found or "latin-1", data, data.decode(found or "latin-1"))
    except UnicodeDecodeError:  # beyond what the detector looked at
        return _read_as("latin-1", data, data.decode("latin-1"))


def _read_as(encoding: str, data: bytes, text: str) -> Decoded:
    """Return ``text`` with the place of each of its bytes in ``data``."""
    codec = UTF8 if encoding == STRAY else encoding
    mended = text.translate(_STRAY_BYTES) if encoding == STRAY else text
    own, utf8 = _widths(text, codec), _widths(mended, UTF8)
    if own.sum() != len(data):  # a character that is written in two ways
        return _read_as("latin-1", data, data.decode("latin-1"))
    starts = np.cumsum(own) - own
    return Decoded(
        _parsable(mended.encode()), encoding, np.append(np.repeat(starts, utf8), len(data))
    )


def _widths(text: str, codec: str) -> Offsets:
    """Return how many bytes each character takes; a stray byte takes one."""
    points = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)
    distinct, place = np.unique(points, return_inverse=True)
    widths = [len(chr(point).encode(codec, "surrogateescape")) for point in distinct]
    return np.array(widths, np.int64)[place]


def _parsable(utf8: bytes) -> bytes:
    if b"\r" in utf8 and b"\n" not in utf8:
        utf8 = utf8.replace(b"\r", b"\n")
    return utf8.replace(b"\0", b" ")
