"""The text of a batch of contents in one buffer, and where each offset of it lies."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from tasks.syntax.nodes import Offsets
from tasks.syntax.spans import NEWLINE, Bytes


class Text:
    """UTF-8 contents of one language, each followed by an empty line.

    So a comment at the end of one content never stands right above the first line of the next.
    """

    def __init__(
        self,
        ast_ids: Sequence[int],
        texts: Sequence[bytes],
        own_offsets: Sequence[Offsets | None] = (),
    ) -> None:
        """Join ``texts``; ``ast_ids`` names them in the same order.

        ``own_offsets`` tells, of a text that stands in other bytes in its file, for each of its
        offsets, the end included, the one there: columns count in the file's own bytes.
        """
        lengths = np.fromiter(map(len, texts), np.int64, len(texts))
        self.bases: Offsets = np.cumsum(lengths + 2) - lengths - 2
        self.ends: Offsets = self.bases + lengths
        self.raw = b"\n\n".join([*texts, b""])
        self.buffer: Bytes = np.frombuffer(self.raw, np.uint8)
        newlines = np.flatnonzero(self.buffer == NEWLINE)
        self.line_starts: Offsets = np.concatenate(([0], newlines + 1))
        self._ast_ids = np.array(ast_ids, np.int64)
        self._first_lines = np.searchsorted(self.line_starts, self.bases)
        self._own: Offsets | None = None
        for base, own in zip(self.bases.tolist(), own_offsets, strict=False):
            if own is not None:
                if self._own is None:
                    self._own = np.arange(len(self.buffer))
                self._own[base : base + len(own)] = own

    def lines(self, offsets: Offsets) -> npt.NDArray[np.int64]:
        """Return each offset's line in the whole buffer, from 0."""
        return np.searchsorted(self.line_starts, offsets, side="right") - 1

    def positions(self, offsets: Offsets) -> dict[str, pa.Array]:
        """Return the columns ast_id, line_number (from 1) and column_number (bytes, from 0)."""
        contents, lines = self._contents(offsets), self.lines(offsets)
        return {
            "ast_id": pa.array(self._ast_ids[contents]),
            "line_number": _int32(lines - self._first_lines[contents] + 1),
            "column_number": _int32(self._columns(offsets, self.line_starts[lines])),
        }

    def line_numbers(self, offsets: Offsets) -> pa.Array:
        """Return each offset's line in its content, from 1."""
        return _int32(self.lines(offsets) - self._first_lines[self._contents(offsets)] + 1)

    def line_counts(self) -> list[int]:
        """Count the lines of each content; a last line without a newline counts."""
        is_open = (self.ends > self.bases) & (self.buffer[self.ends - 1] != NEWLINE)
        counts: list[int] = (self.lines(self.ends) - self._first_lines + is_open).tolist()
        return counts

    def _columns(self, offsets: Offsets, line_starts: Offsets) -> Offsets:
        if self._own is None:
            return offsets - line_starts
        columns: Offsets = self._own[offsets] - self._own[line_starts]
        return columns

    def _contents(self, offsets: Offsets) -> npt.NDArray[np.int64]:
        return np.searchsorted(self.bases, offsets, side="right") - 1


def _int32(column: npt.NDArray[np.int64]) -> pa.Array:
    return pa.array(column.astype(np.int32))
