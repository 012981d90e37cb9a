"""The index as a Python object: the same questions, in the same words, as the command."""

import re
from itertools import groupby
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

from migrations.catalogue import newest
from tasks.index.answers import Clones, OutcomeCount, Run, Status, Symbol, Use
from tasks.index.opening import TIMEOUT_S, OpenIndex

# As `where` prints it, with or without the column. What ends in a number otherwise is a name.
_PLACE: Final = re.compile(r"(?P<file>.*[./].*?):(?P<line>\d+)(:\d+)?")


class Index:
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

    def where(  # noqa: PLR0913 -- one parameter a filter
        self,
        name: str,
        *,
        type: str | None = None,  # noqa: A002 -- the word of the command and of the answers
        language: str | None = None,
        root: str | None = None,
        path: str | None = None,
        scope: str | None = None,
        limit: int | None = None,
    ) -> list[Symbol]:
        """Tell where a name is defined, in the order of root, path, line and column.

        ``path`` is a glob over paths in their root, in which ``*`` meets ``/`` too.
        """
        found = self._opened.ask(
            "where",
            name=name,
            type=type,
            language=language,
            root=root,
            path=path,
            scope=scope,
            limit=_bound(limit),
        )
        return [Symbol(*row) for row in found]

    def uses(  # noqa: PLR0913 -- one parameter a filter
        self,
        name: str,
        *,
        type: str | None = None,  # noqa: A002 -- as above
        language: str | None = None,
        root: str | None = None,
        path: str | None = None,
        scope: str | None = None,
        limit: int | None = None,
    ) -> list[Use]:
        """Tell where a name is used, in the order of root, path, line and column."""
        found = self._opened.ask(
            "uses",
            name=name,
            type=type,
            language=language,
            root=root,
            path=path,
            scope=scope,
            limit=_bound(limit),
        )
        return [Use(*row) for row in found]

    def clones(self, what: str) -> list[Clones]:
        """Tell which definitions occur identically: those of a name, or around a FILE:LINE.

        What occurs most often comes first; a definition that occurs once is there too.
        """
        if place := _PLACE.fullmatch(what):
            rows = self._opened.ask("clones_at_place", file=place["file"], line=place["line"])
        else:
            rows = self._opened.ask("clones_of_name", name=what)
        return _gathered(rows)

    def status(self) -> Status:
        """Tell what the index is, and which run made it."""
        return Status(
            index=str(self._opened.path),
            generation=self._opened.location.name,
            size_bytes=self._opened.size_bytes,
            schema=newest()[0],
            counts=dict(self._opened.ask("counts")),
            outcomes=tuple(OutcomeCount(*row) for row in self._opened.ask("outcomes")),
            run=self.last_run(),
        )

    def last_run(self) -> Run | None:
        """Tell which run made the index."""
        found = self._opened.ask("last_run")
        return Run(*found[0]) if found else None

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


def _bound(limit: int | None) -> int:
    return -1 if limit is None else limit


def _gathered(rows: list[tuple[Any, ...]]) -> list[Clones]:
    """Gather the places of each definition; what occurs most often comes first."""
    groups = []
    for definition, found in groupby(rows, key=lambda row: str(row[0])):
        places = tuple(Symbol(*row[1:]) for row in found)
        roots = tuple(sorted({place.root for place in places}))
        groups.append(Clones(definition, roots, places))
    return sorted(groups, key=lambda group: (-len(group.places), group.definition))
