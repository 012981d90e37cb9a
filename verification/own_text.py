"""What stands in a content's own bytes, read apart from the builder: lines from 1, bytes from 0."""

from itertools import accumulate
from typing import Final

_STRAY: Final = "utf-8+latin-1"  # UTF-8 with single bytes that are Latin-1
_STRAY_BYTES: Final = {0xDC80 + byte: 0x80 + byte for byte in range(0x80)}


class OwnText:
    """One content, read as the encoding that the index gives it."""

    def __init__(self, data: bytes, encoding: str) -> None:
        """Read ``data``. Raises LookupError on an encoding that does not exist."""
        self._is_stray = encoding == _STRAY
        self._codec = "utf-8" if self._is_stray else encoding
        text = data.decode(self._codec, self._errors)
        if "\r" in text and "\n" not in text:
            text = text.replace("\r", "\n")
        self._lines = text.split("\n")
        sizes = [len(self._plain(line).encode()) + 1 for line in self._lines]
        self._starts = list(accumulate(sizes, initial=0))  # of each line, in utf8

    @property
    def line_count(self) -> int:
        """How many lines there are; what follows the last newline is one where it is not empty."""
        return len(self._lines) - (not self._lines[-1])

    @property
    def utf8(self) -> bytes:
        """The whole text as UTF-8, without NUL, as a parser can read it."""
        return self._plain("\n".join(self._lines)).replace("\0", " ").encode()

    def is_spelled(self, name: str, line: int, column: int) -> bool:
        """Tell whether ``name``, which may go on over lines, stands at a place."""
        if line > len(self._lines):
            return False
        last = line + name.count("\n")
        rest = self._own(line)[column:].decode(self._codec, self._errors)
        spanned = "\n".join([rest, *self._lines[line:last]])
        return self._plain(spanned).replace("\0", " ").startswith(name)

    def utf8_offset(self, line: int, column: int) -> int:
        """Return where a place lies in :attr:`utf8`."""
        before = self._own(line)[:column].decode(self._codec, self._errors)
        return self._starts[line - 1] + len(self._plain(before).encode())

    @property
    def _errors(self) -> str:
        return "surrogateescape" if self._is_stray else "replace"

    def _own(self, line: int) -> bytes:
        return self._lines[line - 1].encode(self._codec, self._errors)

    def _plain(self, text: str) -> str:
        return text.translate(_STRAY_BYTES) if self._is_stray else text
