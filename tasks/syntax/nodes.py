"""The flattened AST: every captured node as (code, start, end), in one canonical order.

Offsets are bytes. Order: start, then the longer node, then the code; no node stands twice.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import Final, Self

import numpy as np
import numpy.typing as npt
from tree_sitter import Node

Offsets = npt.NDArray[np.int64]
Codes = npt.NDArray[np.uint8]

_START: Final = attrgetter("start_byte")
_END: Final = attrgetter("end_byte")


@dataclass(frozen=True, slots=True)
class Nodes:
    """Three columns of equal length, one row a captured node."""

    codes: Codes
    starts: Offsets
    ends: Offsets

    @classmethod
    def of(cls, captures: Mapping[str, Sequence[Node]], codes: Mapping[str, int]) -> Self:
        """Flatten what one query captured in one tree; nodes of no length are dropped."""
        groups = [(codes[name], nodes) for name, nodes in captures.items()]
        starts = [np.fromiter(map(_START, nodes), np.int64, len(nodes)) for _, nodes in groups]
        ends = [np.fromiter(map(_END, nodes), np.int64, len(nodes)) for _, nodes in groups]
        kinds = [np.full(len(nodes), code, np.uint8) for code, nodes in groups]
        if not groups:
            return cls.empty()
        return cls(np.concatenate(kinds), np.concatenate(starts), np.concatenate(ends)).canonical()

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
        order = np.lexsort((self.codes, -self.ends, self.starts))
        codes, starts, ends = self.codes[order], self.starts[order], self.ends[order]
        keep = ends > starts
        keep[1:] &= (np.diff(codes) != 0) | (np.diff(starts) != 0) | (np.diff(ends) != 0)
        return type(self)(codes[keep], starts[keep], ends[keep])

    def where(self, mask: npt.NDArray[np.bool_]) -> Self:
        """Keep the nodes that ``mask`` selects, in order."""
        return type(self)(self.codes[mask], self.starts[mask], self.ends[mask])

    def __len__(self) -> int:
        """Count the nodes."""
        return len(self.codes)
