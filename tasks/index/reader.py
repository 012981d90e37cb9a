"""What all readers of an index have in common: how they open and close it, and its numbers."""

from __future__ import annotations

from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

from tasks.index.opening import TIMEOUT_S, OpenIndex

if TYPE_CHECKING:
    from tasks.index.statistics import Stats


class Reader:
    """An index, open to read. Safe from threads.

    It answers from the index that was in service when it was opened, whatever takes its place
    meanwhile. Every question raises FlagDayError where it takes too long, PreconditionFailed
    where the index turns out to be damaged.
    """

    def __init__(self, path: Path | str, *, timeout_s: float | None = TIMEOUT_S) -> None:
        """Open the index at ``path``; each question may take ``timeout_s``, None: any time.

        Raises PreconditionFailed where there is no index of today's schema.
        """
        self._opened = OpenIndex(Path(path), timeout_s=timeout_s)

    @property
    def location(self) -> Path:
        """The file of the generation that answers."""
        return self._opened.location

    def stats(self) -> Stats:
        """Count what the index holds, by outcome, language and type; tell how questions went."""
        from tasks.index.statistics import stats_of  # noqa: PLC0415 -- other questions need none

        return stats_of(self._opened)

    def close(self) -> None:
        """Close all connections; those that still answer, when they have answered."""
        self._opened.close()

    def __enter__(self) -> Self:
        """Use the index inside of a ``with`` block."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Close the index."""
        self.close()
