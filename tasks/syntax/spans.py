"""Arithmetic on byte spans of one buffer, a whole column at a time: lines, nesting, text."""

from collections.abc import Iterator
from itertools import pairwise
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from tasks.syntax.nodes import Offsets

Bytes = npt.NDArray[np.uint8]
Offsets32 = npt.NDArray[np.int32]
NEWLINE: Final = 10
_BLOCK_BYTES: Final = 1 << 17  # of text; eight times as much of offsets
_TOP_BITS: Final = 0xC0
_CONTINUED: Final = 0x80  # the top bits of a byte that continues a UTF-8 character
_BLANK: Final = ord(" ")
_BACKSLASH: Final = ord("\\")
_LINE_BREAKS: Final = np.frombuffer(b"\r\n", np.uint8)
_IS_BLANK: Final = np.isin(np.arange(256), np.frombuffer(b"\t\n\f\r ", np.uint8))


def innermost(
    starts: Offsets, ends: Offsets, inner_starts: Offsets, inner_ends: Offsets
) -> Offsets:
    """Return for each inner span the index of the smallest outer span around it, or -1.

    Outer spans are nested or disjoint, sorted by start and then by falling end; of equal outer
    spans the last counts as the inner one.
    """
    if not len(starts):
        return np.full(len(inner_starts), -1, np.int64)
    parents = enclosing(starts, ends)
    found = np.searchsorted(starts, inner_starts, side="right") - 1
    outside = (found >= 0) & (ends[found] < inner_ends)
    while outside.any():
        found[outside] = parents[found[outside]]
        outside = (found >= 0) & (ends[found] < inner_ends)
    return found


def enclosing(starts: Offsets, ends: Offsets) -> Offsets:
    """Return for each span the index of the smallest other span around it, or -1.

    Same order as in :func:`innermost`. Only spans that hold another one enter the stack.
    """
    parents = np.full(len(starts), -1, np.int64)
    holders = np.flatnonzero(starts[1:] < ends[:-1])
    stack: list[tuple[int, int]] = []
    for index, start, end in zip(
        holders.tolist(), starts[holders].tolist(), ends[holders].tolist(), strict=True
    ):
        while stack and (stack[-1][1] <= start or stack[-1][1] < end):
            stack.pop()
        parents[index] = stack[-1][0] if stack else -1
        stack.append((index, end))
    leaves = np.ones(len(starts), bool)
    leaves[holders] = False
    _adopt(np.flatnonzero(leaves), holders, parents, ends)
    return parents


def _adopt(leaves: Offsets, holders: Offsets, parents: Offsets, ends: Offsets) -> None:
    """Give each leaf the smallest holder around it, climbing from the holder before it."""
    if not len(holders):
        return
    place = np.searchsorted(holders, leaves) - 1
    found = np.where(place >= 0, holders[place], -1)
    outside = (found >= 0) & (ends[found] < ends[leaves])
    while outside.any():
        found[outside] = parents[found[outside]]
        outside = (found >= 0) & (ends[found] < ends[leaves])
    parents[leaves] = found


def gather(buffer: Bytes, starts: Offsets, ends: Offsets) -> pa.StringArray:
    """Return the text of each span as one Arrow column, without a Python object a row.

    The spans must lie on character boundaries of valid UTF-8.
    """
    offsets = _offsets(starts, ends)
    shifts, lengths = starts - offsets[:-1], ends - starts
    text = np.empty(offsets[-1], np.uint8)
    for first, last in _blocks(offsets):
        block = slice(offsets[first], offsets[last])
        sources = np.repeat(shifts[first:last], lengths[first:last])
        sources += np.arange(block.start, block.stop)
        np.take(buffer, sources, out=text[block], mode="clip")
    return _texts(offsets, text)


def on_one_line(buffer: Bytes, starts: Offsets, ends: Offsets) -> pa.StringArray:
    r"""Gather spans as :func:`gather` does, with one blank for each run of white space.

    A single backslash before a line break, ``\r`` or ``\n``, is white space, too.
    """
    lines = [
        _on_one_line(gather(buffer, starts[first:last], ends[first:last]))
        for first, last in _blocks(_offsets(starts, ends))
    ]
    return pa.concat_arrays(lines) if lines else pa.array([], pa.string())


def _on_one_line(spans: pa.StringArray) -> pa.StringArray:
    _validity, offsets_buffer, values = spans.buffers()
    offsets = np.frombuffer(offsets_buffer, np.int32)
    text = np.frombuffer(values, np.uint8).copy()
    is_blank = _IS_BLANK[text]
    backslashes = np.flatnonzero(text[:-1] == _BACKSLASH)
    is_first, is_last = (np.isin(backslashes + shift, offsets) for shift in (0, 1))  # of its span
    is_second = (text[backslashes - 1] == _BACKSLASH) & ~is_first
    is_continued = np.isin(text[backslashes + 1], _LINE_BREAKS) & ~is_last
    is_blank[backslashes] = is_continued & ~is_second
    blanks = np.flatnonzero(is_blank)
    goes_on = np.diff(blanks, prepend=-2) == 1
    goes_on &= ~np.isin(blanks, offsets)  # no run goes on in the next span
    text[blanks] = _BLANK
    dropped = blanks[goes_on]
    keep = np.ones(len(text), bool)
    keep[dropped] = False
    kept = offsets - np.searchsorted(dropped, offsets)
    return _texts(kept.astype(np.int32), text[keep])


def _offsets(starts: Offsets, ends: Offsets) -> Offsets32:
    """Return where the text of each span begins, put end to end, and where the last one ends."""
    offsets = np.zeros(len(starts) + 1, np.int32)
    np.cumsum(ends - starts, out=offsets[1:])
    return offsets


def _blocks(offsets: Offsets32) -> Iterator[tuple[int, int]]:
    """Yield the first span of each block, and the one behind its last.

    What is computed for the bytes of one block stays in the processor's cache.
    """
    firsts = np.searchsorted(offsets, np.arange(0, max(offsets[-1], 1), _BLOCK_BYTES))
    bounds = np.unique(np.append(firsts, len(offsets) - 1))
    yield from pairwise(bounds.tolist())


def _texts(offsets: Offsets32, text: Bytes) -> pa.StringArray:
    count = len(offsets) - 1
    return pa.StringArray.from_buffers(count, pa.py_buffer(offsets), pa.py_buffer(text))


def cut(buffer: Bytes, starts: Offsets, ends: Offsets, limit: int) -> Offsets:
    """Shorten spans to ``limit`` bytes, back to the start of a character; return their ends."""
    shorter = np.minimum(ends, starts + limit)
    while True:
        is_continued = buffer[shorter % len(buffer)] & _TOP_BITS == _CONTINUED
        is_inside = (shorter < ends) & is_continued
        if not is_inside.any():
            return shorter
        shorter = shorter - is_inside
