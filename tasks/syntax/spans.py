"""Arithmetic on byte spans of one buffer, a whole column at a time: lines, nesting, text."""

from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from tasks.syntax.nodes import Offsets

Bytes = npt.NDArray[np.uint8]
NEWLINE: Final = 10
_TOP_BITS: Final = 0xC0
_CONTINUED: Final = 0x80  # the top bits of a byte that continues a UTF-8 character
_BLANK: Final = ord(" ")
_BACKSLASH: Final = ord("\\")
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
    lengths = ends - starts
    offsets = np.zeros(len(starts) + 1, np.int32)
    np.cumsum(lengths, out=offsets[1:])
    sources = np.repeat(starts - offsets[:-1], lengths) + np.arange(offsets[-1])
    return pa.StringArray.from_buffers(
        len(starts), pa.py_buffer(offsets), pa.py_buffer(buffer[sources])
    )


def on_one_line(buffer: Bytes, starts: Offsets, ends: Offsets) -> pa.StringArray:
    r"""Gather spans as :func:`gather` does, with one blank for each ``[\s\\]*\s`` of theirs."""
    offsets = np.concatenate(([0], np.cumsum(ends - starts)))
    text = np.frombuffer(gather(buffer, starts, ends).buffers()[2], np.uint8).copy()
    is_blank = _IS_BLANK[text]
    runs = np.flatnonzero(is_blank | (text == _BACKSLASH))
    opens = np.diff(runs, prepend=-2) != 1
    opens |= np.isin(runs, offsets)  # no run goes on in the next span
    number = np.cumsum(opens) - 1
    is_inner = is_blank[runs]
    lasts = np.full(number[-1] + 1 if len(runs) else 0, -1)
    lasts[number[is_inner]] = runs[is_inner]  # of several the last one stays
    is_folded = runs <= lasts[number]
    text[runs[is_folded]] = _BLANK
    keep = np.ones(len(text), bool)
    keep[runs[is_folded & ~opens]] = False
    kept = np.concatenate(([0], np.cumsum(keep)))[offsets].astype(np.int32)
    return pa.StringArray.from_buffers(len(starts), pa.py_buffer(kept), pa.py_buffer(text[keep]))


def cut(buffer: Bytes, starts: Offsets, ends: Offsets, limit: int) -> Offsets:
    """Shorten spans to ``limit`` bytes, back to the start of a character; return their ends."""
    shorter = np.minimum(ends, starts + limit)
    while True:
        is_continued = buffer[shorter % len(buffer)] & _TOP_BITS == _CONTINUED
        is_inside = (shorter < ends) & is_continued
        if not is_inside.any():
            return shorter
        shorter = shorter - is_inside
