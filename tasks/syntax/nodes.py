"""The flattened AST: every captured node as (code, start, end), in one canonical order.

Offsets are bytes. Order: start, then the longer node, then the code; no node stands twice.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain
from operator import attrgetter
from typing import Final, Self

import numpy as np
import numpy.typing as npt
from tree_sitter import Node

Offsets = npt.NDArray[np.int64]
Codes = npt.NDArray[np.uint8]

_START: Final = attrgetter("start_byte")
_END: Final = attrgetter("end_byte")
_CODE_BITS: Final = 8
_OFFSET_BITS: Final = 27  # below 128 MiB a start, an end and a code are one key of 64 bits
_START_SHIFT: Final = _OFFSET_BITS + _CODE_BITS
_LAST: Final = (1 << _OFFSET_BITS) - 1


@dataclass(frozen=True, slots=True)
class Nodes:
    """Three columns of equal length, one row a captured node."""

    codes: Codes
    starts: Offsets
    ends: Offsets

    @classmethod
    def of(cls, captured: Sequence[tuple[int, Sequence[Node]]]) -> Self:
        """Flatten what was captured in one tree, by its code; nodes of no length are dropped."""
        nodes = list(chain.from_iterable(nodes for _, nodes in captured))
        codes = np.array([code for code, _ in captured], np.uint8)
        return cls(
            np.repeat(codes, [len(nodes) for _, nodes in captured]),
            np.fromiter(map(_START, nodes), np.int64, len(nodes)),
            np.fromiter(map(_END, nodes), np.int64, len(nodes)),
        ).canonical()

    @classmethod
    def empty(cls) -> Self:
        """Return no nodes: what a content without any captured node has."""
        return cls(np.empty(0, np.uint8), np.empty(0, np.int64), np.empty(0, np.int64))

    @classmethod
    def concatenate(cls, parts: Iterable[tuple[int, Self]]) -> Self:
        """Join the nodes of several contents, each shifted by its base in the shared buffer."""
        shifted = [(nodes.codes, nodes.starts + base, nodes.ends + base) for base, nodes in parts]
        if not shifted:
            return cls.empty()
        codes, starts, ends = zip(*shifted, strict=True)
        return cls(np.concatenate(codes), np.concatenate(starts), np.concatenate(ends))

    def canonical(self) -> Self:
        """Sort, and drop repeated and empty nodes."""
        nodes = self.where(self.ends > self.starts)
        if len(nodes) and nodes.ends.max() > _LAST:
            order = np.lexsort((nodes.codes, -nodes.ends, nodes.starts))
            nodes = nodes.where(order)
            keep = np.diff(nodes.starts, prepend=-1) != 0
            keep[1:] |= (np.diff(nodes.codes) != 0) | (np.diff(nodes.ends) != 0)
            return nodes.where(keep)
        keys = nodes.starts << _START_SHIFT | (_LAST - nodes.ends) << _CODE_BITS | nodes.codes
        keys.sort()
        is_first = np.ones(len(keys), bool)
        is_first[1:] = keys[1:] != keys[:-1]
        keys = keys[is_first]
        ends = _LAST - (keys >> _CODE_BITS & _LAST)
        return type(self)(keys.astype(np.uint8), keys >> _START_SHIFT, ends)

    def where(self, mask: npt.NDArray[np.bool_] | Offsets) -> Self:
        """Keep the nodes that ``mask`` selects, in order; indexes put them in theirs."""
        return type(self)(self.codes[mask], self.starts[mask], self.ends[mask])

    def __len__(self) -> int:
        """Count the nodes."""
        return len(self.codes)
