"""The words inside of identifiers: parseHttpHeader and parse_http_header hold the same three."""

from typing import Final

import numpy as np
import pyarrow as pa

from tasks.syntax.nodes import Offsets
from tasks.syntax.spans import Bytes, gather

_BETWEEN, _LOWER, _UPPER, _DIGIT = range(4)
_TO_LOWER: Final = ord("a") - ord("A")


def _kinds() -> Bytes:
    kinds = np.full(256, _BETWEEN, np.uint8)
    kinds[ord("a") : ord("z") + 1] = _LOWER
    kinds[ord("A") : ord("Z") + 1] = _UPPER
    kinds[ord("0") : ord("9") + 1] = _DIGIT
    kinds[0x80:] = _LOWER  # of other scripts: they join the word beside them
    return kinds


_KINDS: Final = _kinds()


def words_of(names: pa.StringArray) -> tuple[pa.StringArray, Offsets]:
    """Return the words of all names in lower case, and for each the index of its name.

    A word starts behind whatever is no letter and no digit, where capitals start or end
    (``HTTPParser``: http, parser), and where digits start or end. Names are not empty.
    """
    offsets = np.frombuffer(names.buffers()[1], np.int32)[names.offset :][: len(names) + 1]
    if not len(names):
        return pa.array([], pa.string()), np.empty(0, np.int64)
    text = np.frombuffer(names.buffers()[2], np.uint8)[offsets[0] : offsets[-1]]
    firsts = (offsets[:-1] - offsets[0]).astype(np.int64)
    kinds = _KINDS[text]
    is_start = _starts(kinds, firsts)
    is_word = kinds != _BETWEEN
    is_end = is_word.copy()
    is_end[:-1] &= is_start[1:] | ~is_word[1:]
    starts, ends = np.flatnonzero(is_start), np.flatnonzero(is_end) + 1
    lowered = text + np.where(kinds == _UPPER, np.uint8(_TO_LOWER), np.uint8(0))
    owners = np.searchsorted(firsts, starts, side="right") - 1
    return gather(lowered, starts, ends), owners


def _starts(kinds: Bytes, firsts: Offsets) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    before = np.concatenate((kinds[:1], kinds[:-1]))
    is_start = (kinds != before) & ~((kinds == _LOWER) & (before == _UPPER))
    is_first = np.zeros(len(kinds), bool)
    is_first[firsts] = True
    ends_capitals = (kinds[1:-1] == _UPPER) & (kinds[:-2] == _UPPER) & (kinds[2:] == _LOWER)
    is_start[1:-1] |= ends_capitals & ~is_first[2:]
    is_start |= is_first
    is_start &= kinds != _BETWEEN
    found: np.ndarray[tuple[int], np.dtype[np.bool_]] = is_start
    return found
